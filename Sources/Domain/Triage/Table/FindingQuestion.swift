package import VigilCore

/// What a model is asked about or answers of itself: a finding under the model's own code.
package struct FindingQuestion: Sendable, Hashable {
    /// The code under which its scores come and stand in records.
    package let code: String
    /// The name of the adapter whose head gives the scores; nil: the model's prompts or classifier.
    package let head: String?
    /// The operating point that a fitted head brings, on the scale of its own scores.
    package let operatingPoint: Float?
    /// The priority that a head's file of an earlier version states.
    package let statedPriority: Priority?
    /// Where the code stands, as the end of a sentence: a file and its folder.
    package let place: SafeText

    package init(
        _ code: String, head: String? = nil, operatingPoint: Float? = nil,
        statedPriority: Priority? = nil, place: SafeText
    ) {
        self.code = code
        self.head = head
        self.operatingPoint = operatingPoint
        self.statedPriority = statedPriority
        self.place = place
    }
}
