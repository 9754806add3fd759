internal import VigilCore

/// The interval of a share that was counted: Clopper and Pearson's with half of the probability of
/// what was counted (mid-P, Lancaster 1961). It covers the share about as often as it says, where
/// the exact one covers it more often; and it has a width also where all or none are hits.
enum ShareInterval {
    /// Of hits among so many; 0...1 without any.
    static func midP(hits: Int, of count: Int, confidence: Double) -> ClosedRange<Double> {
        guard count > 0, (0...count).contains(hits) else { return 0...1 }
        let tail = (1 - confidence) / 2
        /// How probable fewer hits are, half of as many included; falls with the share.
        func below(_ share: Double) -> Double {
            (BinomialTail.atMost(hits - 1, of: count, share: share)
                + BinomialTail.atMost(hits, of: count, share: share)) / 2
        }
        let low = hits == 0 ? 0 : crossing(of: 1 - tail, below)
        let high = hits == count ? 1 : crossing(of: tail, below)
        return min(low, high)...max(low, high)
    }

    /// Where a falling function comes down to a value.
    private static func crossing(of value: Double, _ falling: (Double) -> Double) -> Double {
        var (low, high) = (0.0, 1.0)
        // To 2^-50, which is nearer than the tail is known.
        for _ in 0..<50 {
            let middle = (low + high) / 2
            if falling(middle) > value { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
