/// Log-odds in whole units of 2^-32, so that a sum of parts is the whole bit for bit in any order:
/// as whole numbers, and as doubles too, since none needs more than 53 bits.
package struct LogOdds: Sendable, Hashable {
    /// No part is larger: 1,024, beyond every probability that a double tells from 0 or 1. A sum of
    /// parts may be.
    package static let most = 1024.0
    /// Units of 2^-32.
    package let units: Int64

    package init(units: Int64) { self.units = units }

    /// The nearest, drawn in to ``most``; nil for what is no number.
    package init?(_ value: Double) {
        guard !value.isNaN else { return nil }
        let drawn = min(max(value, -Self.most), Self.most)
        units = Int64((drawn * 0x1p32).rounded())
    }

    /// Of a probability of 0...1, drawn in as ``ProbabilityMap`` does; nil for all else.
    package init?(probability: Double) {
        guard (0...1).contains(probability) else { return nil }
        let (above, below) = ProbabilityMap.logarithms(probability)
        self.init(above + below)
    }

    /// The same as a double, without a rounding.
    package var value: Double { Double(units) * 0x1p-32 }

    /// The probability of these log-odds.
    package var probability: Double { ProbabilityMap.logistic(value) }
}
