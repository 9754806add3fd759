package import VigilCore

/// Something at the gateway failed and is tried again.
package struct GatewayTroubled: TelemetryEvent {
    /// What.
    package let place: SafeText
    /// The error's code.
    package let code: SafeText

    /// All that the event says.
    package init(place: SafeText, code: SafeText) {
        self.place = place
        self.code = code
    }

    /// `gateway_troubled`
    package var name: StaticString { "gateway_troubled" }
    /// It goes on when that has passed.
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("place", place), LogField("code", code)]
    }
}
