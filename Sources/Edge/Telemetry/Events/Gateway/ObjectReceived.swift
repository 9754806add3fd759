package import VigilCore

/// An object came by C-STORE and is on disk, or was refused.
package struct ObjectReceived: TelemetryEvent {
    /// The role, as the configuration names it.
    package let role: SafeText
    /// `stored`, or why not, a word in snake case.
    package let outcome: SafeText
    /// Of its file.
    package let bytes: Int
    /// From its command to the answer.
    package let took: Duration

    /// All that the event says.
    package init(role: SafeText, outcome: SafeText, bytes: Int, took: Duration) {
        self.role = role
        self.outcome = outcome
        self.bytes = bytes
        self.took = took
    }

    /// `object_received`
    package var name: StaticString { "object_received" }
    /// The sender knows of a refusal; a person should as well.
    package var level: LogLevel { outcome == "stored" ? .debug : .warning }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("role", role),
            LogField("outcome", outcome),
            LogField("bytes", bytes),
            LogField("took_s", took),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.gatewayObjects, 1, role, outcome)
        if outcome == "stored" { metrics.observe(.gatewayStore, took, role) }
    }
}
