package import VigilCore

/// A study that failed in a passing way went to a retry topic.
package struct StudyPostponed: TelemetryEvent {
    /// The step that failed.
    package let stage: Stage
    /// The error's stable code.
    package let code: SafeText
    /// Attempts so far, those before earlier retry topics left out.
    package let attempts: Int
    /// The retry topic, named after the input topic of the configuration.
    package let topic: SafeText

    /// All that the event says.
    package init(stage: Stage, code: SafeText, attempts: Int, topic: SafeText) {
        self.stage = stage
        self.code = code
        self.attempts = attempts
        self.topic = topic
    }

    /// `study_postponed`
    package var name: StaticString { "study_postponed" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("stage", stage), LogField("code", code), LogField("attempts", attempts),
            LogField("topic", topic),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.studiesPostponed, 1, stage)
    }
}
