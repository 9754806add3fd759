/// The lower tail of the binomial distribution, for counts that are whole.
///
/// One term is found by Loader's saddle point expansion (2000), which loses no digits where
/// factorials would, and the others from it by ratios; all terms are positive, so nothing cancels.
package enum BinomialTail {
    /// The most trials that are counted.
    package static let countMax = 100_000_000

    /// How probable at most so many hits are among trials that each hit with a share.
    /// - Parameters:
    ///   - count: of the trials, 1...``countMax``.
    ///   - share: 0 to 1.
    /// - Returns: a number of 0...1; 1 for a count or a share outside, which proves nothing.
    package static func atMost(_ hits: Int, of count: Int, share: Double) -> Double {
        guard (1...countMax).contains(count), (0...1).contains(share) else { return 1 }
        guard hits >= 0 else { return 0 }
        guard hits < count, share > 0 else { return 1 }
        guard share < 1 else { return 0 }
        let n = Double(count)
        guard hits > 0 else { return PortableMath.exp(n * PortableMath.log1p(-share)) }
        let odds = share / (1 - share)
        // Terms fall on the way from the mean, so the sum goes away from it.
        if Double(hits) <= n * share {
            return min(1, falling(from: hits, count, share) { $0 / ((n - $0 + 1) * odds) })
        }
        let upper = rising(from: hits + 1, count, share) { (n - $0) / ($0 + 1) * odds }
        return max(0, 1 - upper)
    }

    private static func falling(
        from hits: Int, _ count: Int, _ share: Double, ratio: (Double) -> Double
    ) -> Double {
        var term = PortableMath.exp(logTerm(hits, count, share))
        var sum = term
        var place = hits
        while place > 0, term > sum * 1e-18 {
            term *= ratio(Double(place))
            sum += term
            place -= 1
        }
        return sum
    }

    private static func rising(
        from hits: Int, _ count: Int, _ share: Double, ratio: (Double) -> Double
    ) -> Double {
        var term = PortableMath.exp(logTerm(hits, count, share))
        var sum = term
        var place = hits
        while place < count, term > sum * 1e-18 {
            term *= ratio(Double(place))
            sum += term
            place += 1
        }
        return sum
    }

    /// The logarithm of the probability of just so many hits.
    private static func logTerm(_ hits: Int, _ count: Int, _ share: Double) -> Double {
        let (x, n) = (Double(hits), Double(count))
        guard hits > 0 else { return n * PortableMath.log1p(-share) }
        guard hits < count else { return n * PortableMath.log(share) }
        let correction =
            stirlingError(count) - stirlingError(hits) - stirlingError(count - hits)
            - deviance(x, n * share) - deviance(n - x, n * (1 - share))
        let width =
            PortableMath.log(2 * Double.pi) + PortableMath.log(x) + PortableMath.log1p(-x / n)
        return correction - 0.5 * width
    }

    /// What Stirling's formula leaves of the logarithm of a factorial.
    private static func stirlingError(_ n: Int) -> Double {
        guard n >= exact.count else { return exact[n] }
        let x = Double(n)
        let square = x * x
        let series = [1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188]
        return series.reversed().reduce(0) { $0 / square + $1 } / x
    }

    /// The same for 0 to 15, of which 0 is never asked.
    private static let exact = [
        0, 0.0810614667953272582196702, 0.0413406959554092940938221,
        0.02767792568499833914878929, 0.02079067210376509311152277,
        0.01664469118982119216319487, 0.01387612882307074799874573,
        0.01189670994589177009505572, 0.010411265261972096497478567,
        0.009255462182712732917728637, 0.008330563433362871256469318,
        0.007573675487951840794972024, 0.006942840107209529865664152,
        0.006408994188004207068439631, 0.005951370112758847735624416,
        0.005554733551962801371038690,
    ]

    /// x log(x / mean) + mean - x without cancelling where both are near.
    private static func deviance(_ x: Double, _ mean: Double) -> Double {
        guard abs(x - mean) < 0.1 * (x + mean) else {
            return x * PortableMath.log(x / mean) + mean - x
        }
        let ratio = (x - mean) / (x + mean)
        var sum = (x - mean) * ratio
        var power = 2 * x * ratio
        var divisor = 3.0
        while true {
            power *= ratio * ratio
            let next = sum + power / divisor
            if next == sum { return next }
            sum = next
            divisor += 2
        }
    }
}
