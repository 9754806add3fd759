/// The difference of two shares that were counted of different studies.
enum ShareDifference {
    /// Hits among so many.
    struct Counted: Sendable, Hashable {
        let hits: Int
        /// At least 1.
        let count: Int

        var share: Double { Double(hits) / Double(count) }
    }

    /// Between which numbers the first share less the second lies: Newcombe's squares and additions
    /// (Statistics in Medicine 17, 1998, method 10) with the mid-P intervals of both shares in the
    /// place of Wilson's, as Zou and Donner (Statistics in Medicine 27, 2008) allow.
    static func interval(
        _ first: Counted, less second: Counted, confidence: Double
    ) -> ClosedRange<Double> {
        let one = ShareInterval.midP(hits: first.hits, of: first.count, confidence: confidence)
        let other = ShareInterval.midP(hits: second.hits, of: second.count, confidence: confidence)
        let difference = first.share - second.share
        let below = length(first.share - one.lowerBound, other.upperBound - second.share)
        let above = length(one.upperBound - first.share, second.share - other.lowerBound)
        return max(-1, difference - below)...min(1, difference + above)
    }

    private static func length(_ one: Double, _ other: Double) -> Double {
        (one * one + other * other).squareRoot()
    }
}
