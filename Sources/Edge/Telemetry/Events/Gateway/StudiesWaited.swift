package import VigilCore

/// What a listening role holds.
package struct StudiesWaited: TelemetryEvent {
    /// The role, as the configuration names it.
    package let role: SafeText
    /// Studies that no event tells of yet.
    package let waiting: Int

    /// All that the event says.
    package init(role: SafeText, waiting: Int) {
        self.role = role
        self.waiting = waiting
    }

    /// `studies_waited`
    package var name: StaticString { "studies_waited" }
    /// The metrics say it.
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("role", role),
            LogField("waiting", waiting),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.gatewayStudiesWaiting, Double(waiting), role)
    }
}
