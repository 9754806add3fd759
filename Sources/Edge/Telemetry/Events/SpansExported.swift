/// The collector took spans.
package struct SpansExported: TelemetryEvent {
    /// How many.
    package let count: Int

    /// All that the event says.
    package init(count: Int) { self.count = count }

    /// `spans_exported`
    package var name: StaticString { "spans_exported" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] { [LogField("count", count)] }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) { metrics.add(.spansExported, Double(count)) }
}
