package import VigilCore

/// A record of the topic of alarms is not what it should be.
package struct AlarmRefused: TelemetryEvent {
    /// Why.
    package let reason: AlarmRefusal
    /// Where it stands; the topic from configuration.
    package let position: RecordPosition

    /// All that the event says.
    package init(_ reason: AlarmRefusal, at position: RecordPosition) {
        self.reason = reason
        self.position = position
    }

    /// `quality_alarm_refused`
    package var name: StaticString { "quality_alarm_refused" }
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
    package func record(into metrics: Metrics) { metrics.add(.alarmsRefused, 1, reason) }
}
