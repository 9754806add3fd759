package import VigilCore

/// Spans were dropped.
package struct SpansDropped: TelemetryEvent {
    /// How many.
    package let count: Int
    /// `queue_full`, `refused` by the collector, or `rejected` by it one by one.
    package let reason: SafeText

    /// All that the event says.
    package init(count: Int, reason: SafeText) {
        self.count = count
        self.reason = reason
    }

    /// `spans_dropped`
    package var name: StaticString { "spans_dropped" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] { [LogField("count", count), LogField("reason", reason)] }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.spansDropped, Double(count), reason)
    }
}
