package import VigilCore

/// A record was given up to the dead-letter topic. Its position finds it again.
package struct StudyDeadLettered: TelemetryEvent {
    /// The step that gave up.
    package let stage: Stage
    /// The error's stable code.
    package let code: SafeText
    /// What happened.
    package let what: SafeText
    /// Attempts made.
    package let attempts: Int
    /// The input topic, from configuration.
    package let topic: SafeText
    /// Where the record stands.
    package let partition: Int32
    /// Where the record stands.
    package let offset: Int64

    /// All that the event says.
    package init(
        stage: Stage, code: SafeText, what: SafeText, attempts: Int, topic: SafeText,
        partition: Int32, offset: Int64
    ) {
        self.stage = stage
        self.code = code
        self.what = what
        self.attempts = attempts
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }

    /// `study_dead_lettered`
    package var name: StaticString { "study_dead_lettered" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("stage", stage),
            LogField("code", code),
            LogField("what", what),
            LogField("attempts", attempts),
            LogField("topic", topic),
            LogField("partition", partition),
            LogField("offset", offset),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.deadLetters, 1, stage, code)
    }
}
