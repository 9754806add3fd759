/// Intervals of shares: Clopper and Pearson's (1934), whose coverage is never below what is asked
/// for, and which has a width also where all or none are hits.
package enum ProportionInterval {
    /// Of hits among so many, both of which need not be whole; nil without any.
    package static func clopperPearson(
        hits: Double, of count: Double, confidence: Double
    ) -> ClosedRange<Double>? {
        guard count > 0, hits >= 0, hits <= count else { return nil }
        let tail = (1 - confidence) / 2
        let low =
            hits > 0 ? Distributions.betaQuantile(tail, hits, count - hits + 1) : 0
        let high =
            hits < count ? Distributions.betaQuantile(1 - tail, hits + 1, count - hits) : 1
        return min(low, high)...max(low, high)
    }

    /// Of studies that belong to patients, several of whose studies tell less than as many
    /// patients': the count is divided by the design's effect (Korn and Graubard 1998). Where all
    /// or none are hits that effect cannot be seen, and each patient counts once.
    static func clustered(
        _ studies: [(patient: Int, isHit: Bool)], confidence: Double
    ) -> ClosedRange<Double>? {
        var patients: [Int: (hits: Double, count: Double)] = [:]
        for study in studies {
            patients[study.patient, default: (0, 0)].count += 1
            if study.isHit { patients[study.patient, default: (0, 0)].hits += 1 }
        }
        let count = Double(studies.count)
        let share = Double(studies.count { $0.isHit }) / count
        // In one order, so that the sums are the same each time.
        let ordered = patients.keys.sorted().compactMap { patients[$0] }
        let effective = effectiveCount(ordered, count: count, share: share)
        return clopperPearson(
            hits: share * effective, of: effective, confidence: confidence)
    }

    private static func effectiveCount(
        _ patients: [(hits: Double, count: Double)], count: Double, share: Double
    ) -> Double {
        let clusters = Double(patients.count)
        guard clusters < count else { return count }
        guard clusters > 1, share > 0, share < 1 else { return clusters }
        let squares = patients.reduce(0.0) { sum, patient in
            let rest = patient.hits - share * patient.count
            return sum + rest * rest
        }
        let variance = clusters / (clusters - 1) * squares / (count * count)
        // Patients that are all alike have no variance between them: the ratio is infinite.
        return min(max(share * (1 - share) / variance, 1), count)
    }

    /// Of a predictive value at a stated prevalence, from the intervals of the two shares that it
    /// is made of: the one that raises it with the truth, and the one that raises it wrongly. The
    /// odds are combined as independent ratios (MOVER, Donner and Zou 2012), and at the border,
    /// where a ratio has no logarithm, by their worst ends.
    static func predictive(
        right: Estimate, wrong: Estimate, odds: Double
    ) -> ClosedRange<Double>? {
        guard let rightLow = right.low, let rightHigh = right.high, let wrongLow = wrong.low,
            let wrongHigh = wrong.high
        else { return nil }
        func share(_ ratio: Double) -> Double {
            ratio.isInfinite ? 1 : ratio * odds / (1 + ratio * odds)
        }
        guard right.value > 0, wrong.value > 0 else {
            return share(rightLow / wrongHigh)...share(rightHigh / wrongLow)
        }
        func spread(_ first: Double, _ second: Double) -> Double {
            let (a, b) = (Logarithm.of(first), Logarithm.of(second))
            return (a * a + b * b).squareRoot()
        }
        let middle = Logarithm.of(right.value / wrong.value)
        let below = spread(right.value / rightLow, wrongHigh / wrong.value)
        let above = spread(rightHigh / right.value, wrong.value / wrongLow)
        return share(Logarithm.power(middle - below))...share(Logarithm.power(middle + above))
    }
}

extension Estimate {
    /// The share of the others.
    var complement: Estimate {
        Estimate(value: 1 - value, low: high.map { 1 - $0 }, high: low.map { 1 - $0 })
    }
}
