package import VigilCore

/// What a role of the gateway holds.
package struct DeliveriesObserved: TelemetryEvent {
    /// The role, as the configuration names it.
    package let role: SafeText
    /// Records that are not delivered.
    package let waiting: Int
    /// The age of the oldest.
    package let oldest: Duration

    /// All that the event says.
    package init(role: SafeText, waiting: Int, oldest: Duration) {
        self.role = role
        self.waiting = waiting
        self.oldest = oldest
    }

    /// `deliveries_observed`
    package var name: StaticString { "deliveries_observed" }
    /// The metrics say it.
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("role", role), LogField("waiting", waiting), LogField("oldest_s", oldest)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.gatewayWaiting, Double(waiting), role)
        metrics.set(.gatewayOldestAge, oldest.seconds, role)
    }
}
