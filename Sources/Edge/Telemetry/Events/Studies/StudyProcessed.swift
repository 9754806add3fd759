package import VigilCore

/// The outcome of a study is committed, whichever it is.
package struct StudyProcessed: TelemetryEvent {
    /// Where its event was read, from configuration.
    package let topic: SafeText
    /// From its arrival in the worker to the commit.
    package let duration: Duration
    /// The code of what went wrong; nil when all went well.
    package let error: SafeText?

    /// All that the event says.
    package init(topic: SafeText, duration: Duration, error: SafeText?) {
        self.topic = topic
        self.duration = duration
        self.error = error
    }

    /// `study_processed`
    package var name: StaticString { "study_processed" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("topic", topic), LogField("duration_s", duration)]
            + (error.map { [LogField("code", $0)] } ?? [])
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.observe(.processDuration, duration, topic, error ?? "")
    }
}
