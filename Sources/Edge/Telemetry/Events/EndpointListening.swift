package import VigilCore

/// The HTTP endpoint answers.
package struct EndpointListening: TelemetryEvent {
    /// The IP address.
    package let address: SafeText
    /// The port, also when the system picked it.
    package let port: UInt16

    /// All that the event says.
    package init(address: SafeText, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// `endpoint_listening`
    package var name: StaticString { "endpoint_listening" }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("address", address), LogField("port", port)]
    }
}
