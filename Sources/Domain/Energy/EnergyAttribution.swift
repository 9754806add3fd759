package import VigilCore

/// Shares the energy of a batch out to its studies.
package enum EnergyAttribution {
    /// One reading a weight; the joules of all add up to the batch's, to the last bit and in any
    /// order.
    ///
    /// The batch's joules are a whole number N < 2⁵³ of their own unit in the last place. N is
    /// shared out in whole units by the largest remainder, so every share and every partial sum is
    /// exact. The bounds are in proportion, each on its own side of its share. A weight that is
    /// negative or not finite counts as 0; when all are 0, the studies share equally.
    package static func share(_ reading: EnergyReading, weights: [Double]) -> [EnergyReading] {
        guard !weights.isEmpty else { return [] }
        let parts = parts(of: weights)
        let joules = shares(reading.joules.value, parts: parts)
        return zip(joules, parts).map { joules, part in
            EnergyReading(
                joules: Joules(joules), low: Joules(min(reading.low.value * part, joules)),
                high: Joules(max(reading.high.value * part, joules)), method: reading.method,
                zones: reading.zones, duration: reading.duration)
        }
    }

    /// The weights over their sum.
    static func parts(of weights: [Double]) -> [Double] {
        let clean = weights.map { $0.isFinite && $0 > 0 ? $0 : 0 }
        guard let greatest = clean.max(), greatest > 0 else {
            return weights.map { _ in 1 / Double(weights.count) }
        }
        let scaled = clean.map { $0 / greatest }
        let sum = scaled.reduce(0, +)
        return scaled.map { $0 / sum }
    }

    private static func shares(_ total: Double, parts: [Double]) -> [Double] {
        guard total.isFinite, total > 0 else { return parts.map { _ in 0 } }
        let unit = total.ulp
        let whole = Int64(total / unit)
        let exact = parts.map { Double(whole) * $0 }
        var units = exact.map { Int64($0.rounded(.down)) }
        // Rounding of the parts leaves a few units over, or hands a few out too often.
        let order = units.indices.sorted {
            let (left, right) = (exact[$0].remainderBelow, exact[$1].remainderBelow)
            return left == right ? $0 < $1 : left > right
        }
        var left = whole - units.reduce(0, +)
        while left != 0 {
            for index in order where left != 0 && (left > 0 ? parts[index] > 0 : units[index] > 0) {
                units[index] += left.signum()
                left -= left.signum()
            }
        }
        return units.map { Double($0) * unit }
    }
}

extension Double {
    fileprivate var remainderBelow: Double { self - rounded(.down) }
}
