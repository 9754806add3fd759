package import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Chooses how scores become probabilities: as they are, by a temperature or by beta calibration,
/// whichever has the least log loss on patients that the fit did not see. Nothing is random.
package enum ProbabilityMapFit {
    private static let folds = 5
    /// With fewer of either class nothing is fitted.
    private static let least = 20

    /// The map for all studies, and what it is worth.
    package static func choose(
        _ studies: [ScoredStudy]
    ) -> (map: ProbabilityMap, loss: CalibratedFinding.HeldOutLoss) {
        let before = loss(.none, studies)
        let positives = studies.count { $0.isPositive }
        guard positives >= least, studies.count - positives >= least else {
            return (.none, .init(before: before, after: before))
        }
        var best = (kind: Kind.none, loss: before)
        for kind in [Kind.temperature, .beta] {
            guard let loss = heldOut(kind, studies), loss < best.loss else { continue }
            best = (kind, loss)
        }
        guard let map = fit(best.kind, studies) else {
            return (.none, .init(before: before, after: before))
        }
        return (map, .init(before: before, after: best.loss))
    }

    private enum Kind { case none, temperature, beta }

    /// Mean log loss, each patient's studies by a map that was fitted without them.
    private static func heldOut(_ kind: Kind, _ studies: [ScoredStudy]) -> Double? {
        var sum = 0.0
        for fold in 0..<folds {
            let (out, rest) = (
                studies.filter { $0.patient % folds == fold },
                studies.filter { $0.patient % folds != fold }
            )
            guard !out.isEmpty else { continue }
            guard let map = fit(kind, rest) else { return nil }
            sum += loss(map, out) * Double(out.count)
        }
        return sum / Double(studies.count)
    }

    /// Mean log loss; a score of 0 or 1 counts as ``ProbabilityMap/border`` away from it.
    private static func loss(_ map: ProbabilityMap, _ studies: [ScoredStudy]) -> Double {
        let border = ProbabilityMap.border
        let sum = studies.reduce(0.0) { sum, study in
            let mapped = map.probability(Double(study.score)) ?? 0.5
            let drawn = min(max(mapped, border), 1 - border)
            return sum - log(study.isPositive ? drawn : 1 - drawn)
        }
        return sum / Double(max(1, studies.count))
    }

    private static func fit(_ kind: Kind, _ studies: [ScoredStudy]) -> ProbabilityMap? {
        let parts = studies.map { ProbabilityMap.logarithms(Double($0.score)) }
        let truths = studies.map(\.isPositive)
        switch kind {
        case .none: return ProbabilityMap.none
        case .temperature:
            let slope = LogisticFit(parts.map { [$0.above + $0.below] }, truths).weights[0]
            return slope > 1e-3 && slope < 1e3 ? .temperature(1 / slope) : nil
        case .beta:
            let both = LogisticFit(parts.map { [$0.above, $0.below, 1] }, truths).weights
            if both[0] >= 0, both[1] >= 0 { return beta(both[0], both[1], both[2]) }
            // A weight below 0 would turn the order round: the other one is fitted alone.
            let isAbove = both[0] >= both[1]
            let one = LogisticFit(parts.map { [isAbove ? $0.above : $0.below, 1] }, truths).weights
            guard one[0] >= 0 else { return nil }
            return isAbove ? beta(one[0], 0, one[1]) : beta(0, one[0], one[1])
        }
    }

    private static func beta(_ a: Double, _ b: Double, _ c: Double) -> ProbabilityMap? {
        guard a + b > 1e-3, max(a, b, abs(c)) < 1e3 else { return nil }
        return .beta(a: a, b: b, c: c)
    }
}
