package import VigilCore

/// An attempt at a delivery of the gateway came to nothing and will be made again.
package struct DeliveryPostponed: TelemetryEvent {
    /// The role, as the configuration names it.
    package let role: SafeText
    /// Why, a word in snake case.
    package let reason: SafeText
    /// Until when at least.
    package let pause: Duration

    /// All that the event says.
    package init(role: SafeText, reason: SafeText, pause: Duration) {
        self.role = role
        self.reason = reason
        self.pause = pause
    }

    /// `delivery_postponed`
    package var name: StaticString { "delivery_postponed" }
    /// A counterpart that is away tells of itself once.
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("role", role), LogField("reason", reason), LogField("pause_s", pause)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.gatewayRetries, 1, role, reason)
    }
}
