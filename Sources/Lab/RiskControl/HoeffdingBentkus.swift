internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// P-values of "the risk is above a bound" by Hoeffding's and Bentkus's inequalities (Bates et al.
/// 2021; Angelopoulos et al. 2021): the least of both.
package enum HoeffdingBentkus {
    /// For losses of 0 and 1, whose sum is a count: no share has to be multiplied out again, which
    /// in floating point gives one too many at places (7 of 82).
    ///
    /// Bentkus's bound is then the binomial tail itself, without its factor of e.
    package static func pValue(losses: Int, of count: Int, alpha: Double) -> Double {
        guard count > 0, (0...count).contains(losses) else { return 1 }
        let tail = BinomialTail.atMost(losses, of: count, share: alpha)
        return min(1, tail, hoeffding(Double(losses) / Double(count), count, alpha))
    }

    /// For losses anywhere in 0...1.
    /// - Parameter sum: of the losses of all studies.
    package static func pValue(sum: Double, of count: Int, alpha: Double) -> Double {
        guard count > 0, (0...Double(count)).contains(sum) else { return 1 }
        // Upwards: a count too high only makes the value larger.
        let tail = BinomialTail.atMost(Int(sum.rounded(.up)), of: count, share: alpha)
        return min(1, M_E * tail, hoeffding(sum / Double(count), count, alpha))
    }

    /// exp(-n h(min(r, alpha), alpha)) with the divergence h of two coins.
    private static func hoeffding(_ risk: Double, _ count: Int, _ alpha: Double) -> Double {
        guard alpha > 0, alpha < 1, risk < alpha else { return 1 }
        let hits = risk > 0 ? risk * log(risk / alpha) : 0
        return exp(-Double(count) * (hits + (1 - risk) * (log1p(-risk) - log1p(-alpha))))
    }
}
