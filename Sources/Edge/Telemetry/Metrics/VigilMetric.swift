/// The table of all metrics, for the exposition, the reference page and the tests.
package enum VigilMetric {
    /// The metrics that the worker updates.
    package static let updated: [MetricDefinition] =
        CounterMetric.allCases.map(\.definition) + GaugeMetric.allCases.map(\.definition)
        + HistogramMetric.allCases.map(\.definition)

    /// All metrics, those of the process included.
    package static let all: [MetricDefinition] =
        updated + ProcessMetric.allCases.map(\.definition)
}
