/// Learn then test (Angelopoulos et al. 2021) with a fixed sequence: hypotheses are tested in an
/// order that was set before the data, each at the whole level, until one is not rejected.
///
/// A false claim then needs the first true hypothesis of the order to be rejected, which happens
/// with a probability of at most delta; no level is shared out among thresholds. Where the risk
/// only grows along the order, as missed findings do with the threshold, that holds for any set of
/// thresholds in that order, also for the scores that were seen: let r be the last threshold
/// whose risk keeps the bound. A threshold above r is claimed only if all between were rejected,
/// which those just above r are with a probability of at most delta.
enum FixedSequence {
    /// How many of the hypotheses are rejected, from the safest on.
    static func rejected(
        _ hypotheses: some Sequence<(losses: Int, count: Int)>, alpha: Double, delta: Double
    ) -> Int {
        var rejected = 0
        for (losses, count) in hypotheses {
            let value = HoeffdingBentkus.pValue(losses: losses, of: count, alpha: alpha)
            guard value <= delta else { break }
            rejected += 1
        }
        return rejected
    }
}
