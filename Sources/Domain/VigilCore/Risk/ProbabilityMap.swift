/// Turns a model's score into a calibrated probability. It never turns an order of scores round.
package enum ProbabilityMap: Sendable, Hashable {
    /// Scores are taken as they are.
    case none
    /// Log-odds are divided by it (Guo et al. 2017); above 0.
    case temperature(Double)
    /// Log-odds become a ln p - b ln(1 - p) + c (Kull et al. 2017); a and b are not below 0.
    case beta(a: Double, b: Double, c: Double)

    /// Scores are drawn in by this much, so that logarithms stay finite.
    package static let border = 1e-6

    /// The probability of a score; nil for what is no number of 0...1.
    package func probability(_ score: Double) -> Double? {
        guard (0...1).contains(score) else { return nil }
        let (above, below) = Self.logarithms(score)
        switch self {
        case .none: return score
        case .temperature(let temperature): return Self.logistic((above + below) / temperature)
        case .beta(let a, let b, let c): return Self.logistic(a * above + b * below + c)
        }
    }

    /// ln p and -ln(1 - p), whose sum are the log-odds.
    package static func logarithms(_ score: Double) -> (above: Double, below: Double) {
        let drawn = min(max(score, border), 1 - border)
        return (PortableMath.log(drawn), -PortableMath.log1p(-drawn))
    }

    /// 1 / (1 + exp(-x)).
    package static func logistic(_ x: Double) -> Double {
        let small = PortableMath.exp(-abs(x))
        return x >= 0 ? 1 / (1 + small) : small / (1 + small)
    }
}
