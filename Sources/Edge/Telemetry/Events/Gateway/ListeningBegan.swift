package import VigilCore

/// A role listens for other systems.
package struct ListeningBegan: TelemetryEvent {
    /// The role, as the configuration names it.
    package let role: SafeText
    /// The port.
    package let port: Int
    /// Whether over TLS.
    package let isSecure: Bool

    /// All that the event says.
    package init(role: SafeText, port: Int, isSecure: Bool) {
        self.role = role
        self.port = port
        self.isSecure = isSecure
    }

    /// `listening_began`
    package var name: StaticString { "listening_began" }
    /// Once a start.
    package var level: LogLevel { .info }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("role", role),
            LogField("port", port),
            LogField("tls", isSecure),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.gatewayStudiesWaiting, 0, role)
    }
}
