package import VigilCore

/// What a site says of one finding; nil of what it leaves as it is.
package struct TriageRule: Sendable, Hashable {
    /// The least probability that counts as positive, between 0 and 1.
    package let threshold: Float?
    /// The priority that a positive finding asks for.
    package let priority: Priority?

    /// This rule, and the other where this says nothing.
    func over(_ other: TriageRule?) -> TriageRule {
        TriageRule(
            threshold: threshold ?? other?.threshold, priority: priority ?? other?.priority)
    }
}
