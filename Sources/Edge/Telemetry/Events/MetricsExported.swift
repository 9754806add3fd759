/// The OpenTelemetry collector was sent all metrics.
package struct MetricsExported: TelemetryEvent {
    /// `taken`, `later` or `refused`.
    package let outcome: StaticString

    /// All that the event says.
    package init(_ answer: CollectorAnswer) {
        outcome =
            switch answer {
            case .taken: "taken"
            case .later: "later"
            case .refused: "refused"
            }
    }

    /// `metrics_exported`
    package var name: StaticString { "metrics_exported" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] { [LogField("outcome", outcome)] }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) { metrics.add(.metricExports, 1, outcome) }
}
