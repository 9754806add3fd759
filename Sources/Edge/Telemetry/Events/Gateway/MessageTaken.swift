package import VigilCore

/// A message of HL7 came, and what it said is committed, or it was refused.
package struct MessageTaken: TelemetryEvent {
    /// What became of so many of a message's results or orders.
    package struct Part: Sendable {
        let outcome: SafeText
        let count: Int

        package init(outcome: SafeText, count: Int) {
            self.outcome = outcome
            self.count = count
        }
    }

    /// The role, as the configuration names it.
    package let role: SafeText
    /// `taken`, `ignored`, or what was wrong with it, a word in snake case.
    package let outcome: SafeText
    /// Whether its sender was told of an error.
    package let isFault: Bool
    /// What became of what it says.
    package let parts: [Part]

    /// All that the event says.
    package init(role: SafeText, outcome: SafeText, isFault: Bool, parts: [Part]) {
        self.role = role
        self.outcome = outcome
        self.isFault = isFault
        self.parts = parts
    }

    /// `message_taken`
    package var name: StaticString { "message_taken" }
    /// The sender knows of a refusal; a person should as well.
    package var level: LogLevel { isFault ? .warning : .debug }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("role", role),
            LogField("outcome", outcome),
            LogField("parts", parts.reduce(0) { $0 + $1.count }),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.gatewayMessages, 1, role, outcome)
        for part in parts {
            metrics.add(.gatewayMessageParts, Double(part.count), role, part.outcome)
        }
    }
}
