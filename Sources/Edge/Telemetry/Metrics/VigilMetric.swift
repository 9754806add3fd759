/// The table of all metrics, for the exposition, the documentation and the tests.
package enum VigilMetric {
    /// The metrics that the worker updates.
    package static let updated: [MetricDefinition] =
        CounterMetric.allCases.map(\.definition) + GaugeMetric.allCases.map(\.definition)
        + HistogramMetric.allCases.map(\.definition)

    /// All metrics, those of the process included.
    package static let all: [MetricDefinition] =
        updated + ProcessMetric.allCases.map(\.definition)

    /// A Markdown table of all metrics.
    package static func markdown() -> String {
        var out = "| metric | kind | labels | meaning |\n|---|---|---|---|\n"
        for metric in all {
            let labels = metric.labels.map { "`\($0.description)`" }.joined(separator: ", ")
            out += "| `\(metric.name.description)` | \(metric.kind.name) | \(labels)"
            out += " | \(metric.help.description) |\n"
        }
        return out
    }
}
