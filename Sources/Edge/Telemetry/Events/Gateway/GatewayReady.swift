internal import VigilCore

/// The gateway delivers. Its line also goes to standard output.
package struct GatewayReady: TelemetryEvent {
    /// How many roles it has.
    package let roles: Int

    /// All that the event says.
    package init(roles: Int) {
        self.roles = roles
    }

    /// `gateway_ready`
    package var name: StaticString { "gateway_ready" }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("roles", roles)]
    }
}
