/// What was measured.
package struct EvaluationReport: Sendable {
    /// How many of each there were.
    package struct Counts: Sendable {
        /// Rows of the truth table.
        package let studies: Int
        /// Of these, with scores.
        package let scored: Int
        package let patients: Int
        /// Lines of the run that name no row.
        package let unmatched: Int
        /// Lines that tell of a failure.
        package let failed: Int
    }

    /// One number of a label with its interval.
    package struct Value: Sendable {
        package let metric: Metric
        package let estimate: Estimate
    }

    /// One label over all studies, or over one subgroup.
    package struct Label: Sendable {
        package let code: String
        /// The column and value of a subgroup; nil: all studies.
        package let subgroup: Subgroup?
        package let scores: RankedScores
        package let thresholds: [Double]
        package let values: [Value]

        /// One of the values; NaN when it was not measured.
        package subscript(metric: Metric) -> Estimate {
            values.first { $0.metric == metric }?.estimate ?? Estimate(value: .nan)
        }
    }

    /// The studies with one value in a column.
    package struct Subgroup: Sendable, Hashable {
        package let column: String
        package let value: String
    }

    /// Two models on the same studies.
    package struct Comparison: Sendable {
        package let code: String
        package let count: Int
        /// Areas under the curve; NaN where they are undefined.
        package let first: Double
        package let second: Double
        /// Nil when the patients with or without the finding are fewer than two.
        package let delong: DelongTest?
        /// First area less the second, its interval by resampled patients.
        package let difference: Estimate
    }

    /// How many studies, patients and lines there were.
    package let counts: Counts
    /// What was asked for.
    package let options: EvaluationOptions
    /// Each label over all studies.
    package let labels: [Label]
    /// Each label over each subgroup, columns in the order asked for.
    package let subgroups: [Label]
    /// Means over the labels; NaN unless each has both sides.
    package let macroAuroc: Estimate
    package let macroPrecision: Estimate
    package let comparisons: [Comparison]
    package let delay: DelayReport?
}
