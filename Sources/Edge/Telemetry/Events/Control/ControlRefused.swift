package import VigilCore

/// A record of the control topic is not believed, and stops what it is about.
package struct ControlRefused: TelemetryEvent {
    /// Why.
    package let reason: ControlRefusal
    /// Where it stands; the topic from configuration.
    package let position: RecordPosition

    /// All that the event says.
    package init(_ reason: ControlRefusal, at position: RecordPosition) {
        self.reason = reason
        self.position = position
    }

    /// `control_refused`
    package var name: StaticString { "control_refused" }
    /// `error`: somebody writes there who may not, or what was written was changed.
    package var level: LogLevel { .error }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("reason", reason),
            LogField("topic", SafeText(operatorProvided: position.topic)),
            LogField("partition", position.partition), LogField("offset", position.offset),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) { metrics.add(.controlRefused, 1, reason) }
}
