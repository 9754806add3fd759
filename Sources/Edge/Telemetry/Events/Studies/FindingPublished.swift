package import VigilCore

/// A finding is committed: a `read_committed` reader sees it.
package struct FindingPublished: TelemetryEvent {
    /// The finding's identity.
    package let finding: UUIDv5
    /// The priority that it carries.
    package let priority: Priority
    /// From the study event's record time to the commit.
    package let latency: Duration
    /// The study's share.
    package let joules: Joules
    /// How the joules were obtained.
    package let energyMethod: EnergyMethod

    /// All that the event says.
    package init(
        finding: UUIDv5, priority: Priority, latency: Duration, joules: Joules,
        energyMethod: EnergyMethod
    ) {
        self.finding = finding
        self.priority = priority
        self.latency = latency
        self.joules = joules
        self.energyMethod = energyMethod
    }

    /// `finding_published`
    package var name: StaticString { "finding_published" }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("finding", finding),
            LogField("priority", priority),
            LogField("latency_s", latency),
            LogField("joules", joules.value),
            LogField("energy_method", energyMethod),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.findingsProduced, 1, priority)
        metrics.observe(.endToEndLatency, latency, priority)
        metrics.observe(.studyEnergy, joules.value, energyMethod)
    }
}
