/// A batch went through the model.
package struct BatchInferred: TelemetryEvent {
    /// Images.
    package let size: Int
    /// In the model.
    package let duration: Duration

    /// All that the event says.
    package init(size: Int, duration: Duration) {
        self.size = size
        self.duration = duration
    }

    /// `batch_inferred`
    package var name: StaticString { "batch_inferred" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("size", size),
            LogField("duration_s", duration),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.observe(.inferenceDuration, duration)
    }
}
