package import VigilCore

/// The finding of a study that a small model was shown first is out.
package struct CascadeDecided: TelemetryEvent {
    /// `small`, `large`, or `budget` when the small one answered because the day's energy is spent.
    package let decision: SafeText
    /// Joules saved against the large model alone; negative when both ran.
    package let saved: Joules

    /// All that the event says.
    package init(decision: SafeText, saved: Joules) {
        self.decision = decision
        self.saved = saved
    }

    /// `cascade_decided`
    package var name: StaticString { "cascade_decided" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("decision", decision), LogField("saved_joules", saved.value)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.cascadeStudies, 1, decision)
        metrics.change(.cascadeJoulesSaved, by: saved.value)
    }
}
