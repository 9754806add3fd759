package import VigilCore

/// A role of the gateway gave a record up; its dead letter is written.
package struct DeliveryGivenUp: TelemetryEvent {
    /// The role, as the configuration names it.
    package let role: SafeText
    /// Why, a word in snake case.
    package let reason: SafeText
    /// The delivery, where the record names one.
    package let delivery: UUIDv5?

    /// All that the event says.
    package init(role: SafeText, reason: SafeText, delivery: UUIDv5?) {
        self.role = role
        self.reason = reason
        self.delivery = delivery
    }

    /// `delivery_given_up`
    package var name: StaticString { "delivery_given_up" }
    /// A person should look at it.
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("role", role), LogField("reason", reason),
            LogField("delivery_id", delivery.map { "\($0)" as SafeText } ?? "none"),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.gatewayDeadLetters, 1, role, reason)
    }
}
