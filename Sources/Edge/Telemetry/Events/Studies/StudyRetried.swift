package import VigilCore

/// A step of a study failed in a passing way and is tried again.
package struct StudyRetried: TelemetryEvent {
    /// The step.
    package let stage: Stage
    /// The error's stable code.
    package let code: SafeText
    /// The attempt that comes, from 2.
    package let attempt: Int

    /// All that the event says.
    package init(stage: Stage, code: SafeText, attempt: Int) {
        self.stage = stage
        self.code = code
        self.attempt = attempt
    }

    /// `study_retried`
    package var name: StaticString { "study_retried" }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("stage", stage), LogField("code", code), LogField("attempt", attempt)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.retries, 1, stage)
    }
}
