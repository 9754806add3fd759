internal import VigilCore

/// A batch went through the model.
package struct BatchInferred: TelemetryEvent {
    /// Images.
    package let size: Int
    /// In the model.
    package let duration: Duration
    /// Processor time of the encoder's passes, all threads.
    package let processor: Duration

    /// All that the event says.
    package init(size: Int, duration: Duration, processor: Duration) {
        self.size = size
        self.duration = duration
        self.processor = processor
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
            LogField("processor_s", processor),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.observe(.inferenceDuration, duration)
        metrics.add(.stageProcessor, processor.seconds, Stage.infer)
    }
}
