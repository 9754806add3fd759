import Settings
import Telemetry

/// The reference page of all metrics.
enum MetricsPage {
    /// The page in Markdown: counters, gauges, histograms, each in the order of the exposition.
    static func text() -> String {
        var out = "# Metrics\n\n"
        out += MarkdownText.origin("vigil metrics --markdown", file: "Deploy/reference/METRICS.md")
        out += MarkdownText.paragraph(
            "What `/metrics` of a worker (`http.address`, `http.port`) shows in Prometheus' text "
                + "format, and what goes to `otlp.endpoint`. In braces stand the labels. A metric "
                + "keeps \(MetricDefinition.seriesUsual) combinations of their values, or as many "
                + "as are stated; what comes beyond counts under the label `other`, and in "
                + "`vigil_metric_series_overflow_total`.")
        for (title, metrics) in groups {
            out += "\n## \(title)\n\n"
            for metric in metrics { out += MarkdownText.item(item(metric)) }
        }
        return out
    }

    private static var groups: [(String, [MetricDefinition])] {
        func all(_ isWanted: (MetricDefinition.Kind) -> Bool) -> [MetricDefinition] {
            VigilMetric.all.filter { isWanted($0.kind) }
        }
        return [
            ("Counters", all { $0 == .counter }), ("Gauges", all { $0 == .gauge }),
            ("Histograms", all { $0 != .counter && $0 != .gauge }),
        ]
    }

    private static func item(_ metric: MetricDefinition) -> String {
        let labels = metric.labels.map(\.description).joined(separator: ", ")
        var text = "**`\(metric.name)\(labels.isEmpty ? "" : "{" + labels + "}")`**: "
        text += MarkdownText.escaped(metric.help.description)
        if metric.isAbsentUntilKnown { text += " Absent until it is known." }
        if metric.seriesMax > 1, metric.seriesMax != MetricDefinition.seriesUsual {
            text += " At most \(metric.seriesMax) series."
        }
        if case .histogram(let bounds) = metric.kind {
            text += " Buckets: " + bounds.map(number).joined(separator: ", ") + "."
        }
        return text
    }

    private static func number(_ bound: Double) -> String {
        Int(exactly: bound).map(String.init) ?? bound.description
    }
}
