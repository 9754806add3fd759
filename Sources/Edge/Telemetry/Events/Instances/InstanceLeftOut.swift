package import VigilCore

/// An instance of a study is not shown to the model.
package struct InstanceLeftOut: TelemetryEvent {
    /// Why, a code of a closed list.
    package let reason: SafeText
    /// Processor time of reading it, the decoder's process included.
    package let processor: Duration

    /// All that the event says.
    package init(reason: SafeText, processor: Duration) {
        self.reason = reason
        self.processor = processor
    }

    /// `instance_left_out`
    package var name: StaticString { "instance_left_out" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("reason", reason), LogField("processor_s", processor)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.instancesLeftOut, 1, reason)
        metrics.add(.stageProcessor, processor.seconds, Stage.decode)
    }
}
