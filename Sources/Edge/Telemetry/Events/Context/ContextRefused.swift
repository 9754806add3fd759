package import VigilCore

/// Something said of a patient is not used, for a reason that was not told since the start; the
/// metric counts all of them.
package struct ContextRefused: TelemetryEvent {
    /// Why.
    package let reason: ContextRefusal
    /// Where its record stands; the topic from configuration.
    package let position: RecordPosition

    /// All that the event says.
    package init(_ reason: ContextRefusal, at position: RecordPosition) {
        self.reason = reason
        self.position = position
    }

    /// `context_refused`
    package var name: StaticString { "context_refused" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("reason", reason),
            LogField("topic", SafeText(operatorProvided: position.topic)),
            LogField("partition", position.partition), LogField("offset", position.offset),
        ]
    }
}
