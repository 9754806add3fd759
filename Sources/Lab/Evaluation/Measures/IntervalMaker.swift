/// Gives each number of a label its interval.
///
/// Shares at a threshold that was given have Clopper and Pearson's and areas DeLong's, both by
/// patients. The rest is resampled; since resampling cannot show what no study showed, at the
/// border (0, 1, or no spread) its intervals are widened to a share's of as many patients.
struct IntervalMaker {
    let scores: RankedScores
    let measures: Measures
    let rules: [OperatingRule]
    let prevalence: Double?
    let confidence: Double

    /// - Parameter resampled: the number in each resampling; empty: no interval is wanted.
    func estimate(_ metric: Metric, resampled: [Double]) -> Estimate {
        let value = measures[metric]
        guard value.isFinite, !resampled.isEmpty else { return Estimate(value: value) }
        let percentiles = { Estimate.percentiles(resampled, confidence: confidence) }
        guard let point = metric.point else {
            return Estimate(value: value, interval: whole(metric, value, percentiles))
        }
        let share = share(metric, point)
        // A threshold that a rule finds among the same studies has an error of its own.
        guard case .threshold = rules[point] else {
            return Estimate(value: value, interval: Self.hull(share, percentiles()))
        }
        return Estimate(value: value, interval: share)
    }

    /// Of a number over all scores.
    private func whole(
        _ metric: Metric, _ value: Double, _ percentiles: () -> ClosedRange<Double>?
    ) -> ClosedRange<Double>? {
        if metric == .auroc {
            return PlacementValues(
                scores.scores, isPositive: scores.isPositive, patients: scores.patients
            ).map { AreaInterval.area($0, confidence: confidence) }
        }
        let resampled = percentiles()
        if let resampled, resampled.lowerBound > 0, resampled.upperBound < 1,
            Estimate.hasWidth(resampled)
        {
            return resampled
        }
        let count = Double(
            Set(
                scores.patients.indices.filter {
                    metric != .averagePrecision || scores.isPositive[$0]
                }.map { scores.patients[$0] }
            ).count)
        let bound = ProportionInterval.clopperPearson(
            hits: value * count, of: count, confidence: confidence)
        return Self.hull(bound, resampled)
    }

    /// Of a share of the studies on one side of a threshold.
    private func share(_ metric: Metric, _ point: Int) -> ClosedRange<Double>? {
        let threshold = measures.thresholds[point]
        let rows: [Int]
        let isHit: (Int) -> Bool
        switch metric {
        case .sensitivity:
            rows = scores.scores.indices.filter { scores.isPositive[$0] }
            isHit = { scores.scores[$0] >= threshold }
        case .specificity:
            rows = scores.scores.indices.filter { !scores.isPositive[$0] }
            isHit = { scores.scores[$0] < threshold }
        case .ppv:
            rows = scores.scores.indices.filter { scores.scores[$0] >= threshold }
            isHit = { scores.isPositive[$0] }
        case .npv:
            rows = scores.scores.indices.filter { scores.scores[$0] < threshold }
            isHit = { !scores.isPositive[$0] }
        default: return predictive(metric, point)
        }
        return ProportionInterval.clustered(
            rows.map { (scores.patients[$0], isHit($0)) }, confidence: confidence)
    }

    /// Of a predictive value at the stated prevalence.
    private func predictive(_ metric: Metric, _ point: Int) -> ClosedRange<Double>? {
        guard let prevalence, prevalence > 0, prevalence < 1 else { return nil }
        func estimate(_ metric: Metric) -> Estimate {
            Estimate(value: measures[metric], interval: share(metric, point))
        }
        let (found, cleared) = (estimate(.sensitivity(point)), estimate(.specificity(point)))
        return metric == .statedPPV(point)
            ? ProportionInterval.predictive(
                right: found, wrong: cleared.complement, odds: prevalence / (1 - prevalence))
            : ProportionInterval.predictive(
                right: cleared, wrong: found.complement, odds: (1 - prevalence) / prevalence)
    }

    /// The least interval that holds both.
    static func hull(
        _ first: ClosedRange<Double>?, _ second: ClosedRange<Double>?
    ) -> ClosedRange<Double>? {
        guard let first, let second else { return first ?? second }
        return min(first.lowerBound, second.lowerBound)...max(first.upperBound, second.upperBound)
    }
}
