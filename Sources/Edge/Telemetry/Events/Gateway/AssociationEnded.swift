package import VigilCore

/// An association that another system began with a listening role has ended.
package struct AssociationEnded: TelemetryEvent {
    /// The role, as the configuration names it.
    package let role: SafeText
    /// How, a word in snake case.
    package let outcome: SafeText
    /// Whether a person may have to mend something.
    package let isFault: Bool

    /// All that the event says.
    package init(role: SafeText, outcome: SafeText, isFault: Bool) {
        self.role = role
        self.outcome = outcome
        self.isFault = isFault
    }

    /// `association_ended`
    package var name: StaticString { "association_ended" }
    /// Most are in order.
    package var level: LogLevel { isFault ? .warning : .debug }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("role", role),
            LogField("outcome", outcome),
            LogField("fault", isFault),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.gatewayAssociations, 1, role, outcome)
    }
}
