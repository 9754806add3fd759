package import VigilCore

/// A study of which nothing more came was told of in an event.
package struct StudyAnnounced: TelemetryEvent {
    /// The role, as the configuration names it.
    package let role: SafeText
    /// The study.
    package let study: Pseudonym
    /// All that it has now.
    package let instances: Int
    /// How many events they took.
    package let events: Int

    /// All that the event says.
    package init(role: SafeText, study: Pseudonym, instances: Int, events: Int) {
        self.role = role
        self.study = study
        self.instances = instances
        self.events = events
    }

    /// `study_announced`
    package var name: StaticString { "study_announced" }
    /// One a study.
    package var level: LogLevel { .info }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("role", role),
            LogField("study", study),
            LogField("instances", instances),
            LogField("events", events),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.gatewayStudyEvents, Double(events), role)
    }
}
