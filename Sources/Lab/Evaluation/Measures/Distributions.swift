#if canImport(Glibc)
    internal import Glibc
#endif

/// The distributions that intervals are taken from; as accurate as doubles allow (1e-10 and better
/// against SciPy).
enum Distributions {
    /// The value below which a share of the normal distribution lies.
    static func normalQuantile(_ share: Double) -> Double {
        bisected(in: -40...40) { 0.5 * erfc(-$0 / 2.0.squareRoot()) < share }
    }

    /// The value below which a share of the beta distribution lies.
    static func betaQuantile(_ share: Double, _ a: Double, _ b: Double) -> Double {
        bisected(in: 0...1) { beta(below: $0, a, b) < share }
    }

    /// Where a rising condition stops to hold, as exactly as doubles tell.
    static func bisected(in range: ClosedRange<Double>, while isLow: (Double) -> Bool) -> Double {
        var (low, high) = (range.lowerBound, range.upperBound)
        // 1075 halvings pass over all doubles; the loop ends when none is left between.
        for _ in 0..<1075 {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { break }
            if isLow(middle) { low = middle } else { high = middle }
        }
        return high
    }

    /// The share of the beta distribution below a value: the regularised incomplete beta function.
    static func beta(below x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // The continued fraction converges fast on this side of the mean only.
        guard x <= (a + 1) / (a + b + 2) else { return 1 - beta(below: 1 - x, b, a) }
        let logarithm =
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)
        return exp(logarithm) * fraction(x, a, b) / a
    }

    /// Lentz's method (1976) for the continued fraction of the incomplete beta function.
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let least = 1e-300
        func nudged(_ value: Double) -> Double { abs(value) < least ? least : value }
        var (c, d) = (1.0, 1 / nudged(1 - (a + b) * x / (a + 1)))
        var result = d
        for step in 1...100_000 {
            let m = Double(step)
            var factor = 1.0
            for term in [
                m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
            ] {
                d = 1 / nudged(1 + term * d)
                c = nudged(1 + term / c)
                factor = c * d
                result *= factor
            }
            if abs(factor - 1) < 1e-16 { break }
        }
        return result
    }

    /// Stirling's series, after the argument was moved to where it is exact.
    private static func logGamma(_ x: Double) -> Double {
        var (y, shift) = (x, 0.0)
        while y < 12 {
            shift += log(y)
            y += 1
        }
        let inverse = 1 / (y * y)
        let coefficients = [
            1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360_360,
        ]
        let series = coefficients.reversed().reduce(0) { $0 * inverse + $1 } / y
        return (y - 0.5) * log(y) - y + 0.5 * log(2 * Double.pi) + series - shift
    }
}
