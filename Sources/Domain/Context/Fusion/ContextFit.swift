package import VigilCore

/// How what is known of a patient changes one finding's log-odds, and what that gained where it was
/// fitted.
package struct ContextFit: Sendable, Hashable {
    /// How well the finding was ranked by the image alone and with context, over studies that the
    /// weights had not seen.
    package struct Gain: Sendable, Hashable {
        package let studies: Int
        package let positives: Int
        /// Areas under the curve.
        package let image: Double
        package let fused: Double
        /// The interval of the difference; without one above 0 there is no fit.
        package let low: Double
        package let high: Double

        package init(
            studies: Int, positives: Int, image: Double, fused: Double, low: Double, high: Double
        ) {
            self.studies = studies
            self.positives = positives
            self.image = image
            self.fused = fused
            self.low = low
            self.high = high
        }
    }

    package let code: String
    /// The head whose score it is; nil: the model's own.
    package let head: String?
    /// Added to every image's log-odds.
    package let intercept: Double
    /// What the image's log-odds are multiplied by; above 0.
    package let slope: Double
    package let terms: [ContextTerm]
    package let gain: Gain

    package init(
        code: String, head: String?, intercept: Double, slope: Double, terms: [ContextTerm],
        gain: Gain
    ) {
        self.code = code
        self.head = head
        self.intercept = intercept
        self.slope = slope
        self.terms = terms
        self.gain = gain
    }

    /// A score with its context; nil where nothing is known that has a weight, or where the score
    /// is no probability: then the score stands as it is, to the bit.
    package func fused(_ score: Double, with values: [ContextValue]) -> FusedScore? {
        guard let image = LogOdds(probability: score) else { return nil }
        var items: [FusedScore.Share] = []
        for term in terms {
            guard let value = values.first(where: { $0.item == term.item }),
                let share = term.share(of: value.value)
            else { continue }
            items.append(.init(item: term.item, share: share))
        }
        guard !items.isEmpty, let rest = LogOdds((slope - 1) * image.value + intercept) else {
            return nil
        }
        let units = items.reduce(image.units + rest.units) { $0 + $1.share.units }
        let total = LogOdds(units: units)
        // What the image alone would have to say for the same whole.
        let alike = LogOdds((total.value - intercept) / slope)?.probability ?? score
        return FusedScore(
            score: score, image: image, items: items, rest: rest, raised: max(score, alike))
    }
}
