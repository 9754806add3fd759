/// Everything that is measured of one label over some studies; NaN where it is undefined, such as
/// an area without positives.
package struct Measures: Sendable {
    /// In the order of ``Metric/all(points:)``.
    package private(set) var values: [Double]
    /// The threshold of each operating point; infinite where no score reaches it.
    package let thresholds: [Double]

    init(
        points: [(threshold: Double, counts: Counts)], totals: Counts, prevalence: Double?
    ) {
        values = Array(repeating: .nan, count: Metric.all(points: points.count).count)
        thresholds = points.map(\.threshold)
        for (index, point) in points.enumerated() {
            let sensitivity = point.counts.positives / totals.positives
            let specificity = 1 - point.counts.negatives / totals.negatives
            let missed = totals.positives - point.counts.positives
            let cleared = totals.negatives - point.counts.negatives
            set(.sensitivity(index), sensitivity)
            set(.specificity(index), specificity)
            set(.ppv(index), point.counts.positives / point.counts.all)
            set(.npv(index), cleared / (cleared + missed))
            guard let prevalence else { continue }
            let found = sensitivity * prevalence
            let wrong = (1 - specificity) * (1 - prevalence)
            let right = specificity * (1 - prevalence)
            set(.statedPPV(index), found / (found + wrong))
            set(.statedNPV(index), right / (right + (1 - sensitivity) * prevalence))
        }
    }

    mutating func set(_ metric: Metric, _ value: Double) { values[metric.place] = value }

    /// One of the values.
    package subscript(metric: Metric) -> Double { values[metric.place] }
}
