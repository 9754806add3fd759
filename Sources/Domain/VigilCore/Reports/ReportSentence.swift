/// One sentence of a draft and what it says, so that a program need not read it.
///
/// - Parameter Text: ``SafeText`` of a draft that is written, which no patient's data can be in;
///   `String` of one that was read from a topic.
package struct ReportSentence<Text: Sendable & Hashable>: Sendable, Hashable {
    package let text: Text
    /// The findings it speaks of; none of a sentence about the study.
    package let codes: [String]
    /// What it says of them; nil of a sentence that says nothing of findings.
    package let polarity: ReportPolarity?
    /// How probable a flagged finding is; there with the probability of ``calibration``.
    package let word: ProbabilityWord?
    package let side: ReportSide?
    package let box: EvidenceBox?
    /// The calibration that gave the answer.
    package let calibration: Finding.Calibrated?
    /// The members of the finding record that it is made of.
    package let sources: [Text]
    /// Whether a site's own generator offered it.
    package let isOffered: Bool

    package init(
        text: Text, codes: [String], polarity: ReportPolarity?, word: ProbabilityWord? = nil,
        side: ReportSide? = nil, box: EvidenceBox? = nil, calibration: Finding.Calibrated? = nil,
        sources: [Text], isOffered: Bool = false
    ) {
        self.text = text
        self.codes = codes
        self.polarity = polarity
        self.word = word
        self.side = side
        self.box = box
        self.calibration = calibration
        self.sources = sources
        self.isOffered = isOffered
    }
}
