/// A promise about a share of studies: but for a probability of `delta`, no more than `alpha` of
/// them is lost.
///
/// The probability is over the studies that it was fitted on, each drawn by itself from those that
/// will come: it says nothing of studies of another kind.
package struct RiskClaim: Sendable, Hashable {
    /// What a bound may be.
    package static let alphas = 1e-4...0.5
    /// What a probability of error may be; a joint claim is split into small ones.
    package static let deltas = 1e-9...0.5

    /// The bound of the share, of ``alphas``.
    package let alpha: Double
    /// How probable it is at most that the bound does not hold, of ``deltas``.
    package let delta: Double

    /// Nil for numbers that are none or outside.
    package init?(alpha: Double, delta: Double) {
        guard Self.alphas.contains(alpha), Self.deltas.contains(delta) else { return nil }
        self.alpha = alpha
        self.delta = delta
    }

    /// The least number of studies that can bear it at all: with none lost among fewer, a share of
    /// `alpha` would still show none with a probability above `delta`, (1 - alpha)^n > delta.
    package var leastCount: Int {
        let rest = PortableMath.log1p(-alpha)
        func showsNone(_ count: Int) -> Double { PortableMath.exp(Double(count) * rest) }
        var count = max(1, Int((PortableMath.log(delta) / rest).rounded(.down)))
        // The quotient of logarithms may be off by its last digit where the power is not.
        while count > 1, showsNone(count - 1) <= delta { count -= 1 }
        while showsNone(count) > delta { count += 1 }
        return count
    }

    /// How probable so few losses are where the share is `alpha`: exact for losses of 0 and 1.
    package func pValue(losses: Int, of count: Int) -> Double {
        BinomialTail.atMost(losses, of: count, share: alpha)
    }
}
