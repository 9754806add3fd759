package import VigilCore

/// A finding was revised for what became known of its patient after it was published.
package struct FindingRevised: TelemetryEvent {
    /// The finding's identity.
    package let finding: UUIDv5
    /// How its classes have changed.
    package let change: Finding.Change
    /// The priority that it carries now.
    package let priority: Priority
    /// The number among the study's findings.
    package let revision: Int

    /// All that the event says.
    package init(finding: UUIDv5, change: Finding.Change, priority: Priority, revision: Int) {
        self.finding = finding
        self.change = change
        self.priority = priority
        self.revision = revision
    }

    /// `finding_revised`
    package var name: StaticString { "finding_revised" }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("finding", finding), LogField("change", change),
            LogField("priority", priority), LogField("revision", revision),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.contextRevisions, 1, change)
    }
}
