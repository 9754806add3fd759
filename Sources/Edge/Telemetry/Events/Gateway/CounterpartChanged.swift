package import VigilCore

/// A counterpart of the gateway does not answer any more, or answers again.
package struct CounterpartChanged: TelemetryEvent {
    /// The role, as the configuration names it.
    package let role: SafeText
    /// Whether it answers.
    package let isUp: Bool
    /// Why not, a word in snake case.
    package let reason: SafeText

    /// All that the event says.
    package init(role: SafeText, isUp: Bool, reason: SafeText) {
        self.role = role
        self.isUp = isUp
        self.reason = reason
    }

    /// `counterpart_changed`
    package var name: StaticString { "counterpart_changed" }
    /// A person may have to mend it.
    package var level: LogLevel { isUp ? .info : .warning }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("role", role), LogField("up", isUp), LogField("reason", reason)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.gatewayEndpointUp, isUp ? 1 : 0, role)
    }
}
