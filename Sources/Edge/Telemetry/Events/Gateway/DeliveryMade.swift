package import VigilCore

/// A counterpart of the gateway took a record.
package struct DeliveryMade: TelemetryEvent {
    /// The role, as the configuration names it.
    package let role: SafeText
    /// Whether it had a later one already.
    package let isOvertaken: Bool
    /// From the request to the answer.
    package let took: Duration

    /// All that the event says.
    package init(role: SafeText, isOvertaken: Bool, took: Duration) {
        self.role = role
        self.isOvertaken = isOvertaken
        self.took = took
    }

    /// `delivery_made`
    package var name: StaticString { "delivery_made" }
    /// One a record.
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("role", role), LogField("overtaken", isOvertaken), LogField("took_s", took)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        let outcome: StaticString = isOvertaken ? "overtaken" : "delivered"
        metrics.add(.gatewayDeliveries, 1, role, outcome)
        metrics.observe(.gatewayAttempt, took, role)
    }
}
