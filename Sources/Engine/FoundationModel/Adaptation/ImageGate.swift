internal import Imaging
package import VigilCore

/// A linear probe whose labels are reasons to say nothing of an image: it is no frontal view, its
/// polarity is turned over, or it is rotated. Its scores go into no finding.
package struct ImageGate: Sendable {
    /// What each label means. Turns are told apart where they are learned, since no one plane has
    /// all of them on one side.
    package static let reasons: [String: Finding.Abstention] = [
        "view_not_frontal": .viewNotFrontal, "inverted_polarity": .invertedPolarity,
        "rotated_quarter": .rotated, "rotated_half": .rotated,
        "rotated_three_quarters": .rotated,
    ]

    private let head: AdapterHead

    /// - Throws: ``ModelError/badAdapter(file:what:expected:found:)`` when it was made for another
    ///   model, or a label is no reason.
    init(_ adapter: HeadAdapter, for model: any PixelEncoder) throws(ModelError) {
        if let other = adapter.labels.first(where: { Self.reasons[$0.code] == nil }) {
            throw .badAdapter(
                file: adapter.file, what: "metadata labels of an image-gate",
                expected: SafeText(fixedMessage: Self.names),
                found: SafeText(operatorProvided: other.code))
        }
        head = try AdapterHead(adapter, for: model)
    }

    /// The codes that labels may have.
    package static var names: String { reasons.keys.sorted().joined(separator: ", ") }

    /// For each embedding the reason whose probability is highest of those at or above their
    /// thresholds; nil: none is. What is no number is not below its threshold.
    func refusals(
        _ embeddings: UnsafeBufferPointer<Float>, count: Int
    ) throws(ModelError) -> [Finding.Abstention?] {
        try head.scores(embeddings, count: count, index: 0).map { scores in
            var worst: HeadScore?
            for score in scores where !(score.probability < threshold(score)) {
                if let found = worst, !(score.probability > found.probability) { continue }
                worst = score
            }
            return worst.flatMap { Self.reasons[$0.code] }
        }
    }

    private func threshold(_ score: HeadScore) -> Float {
        head.labels[score.label].threshold ?? 0.5
    }
}
