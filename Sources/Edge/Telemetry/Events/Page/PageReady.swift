package import VigilCore

/// The worklist page answers. Its line also goes to standard output.
package struct PageReady: TelemetryEvent {
    /// The IP address and the port, also when the system picked it.
    package let address: SafeText
    package let port: UInt16

    /// All that the event says.
    package init(address: SafeText, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// `page_ready`
    package var name: StaticString { "page_ready" }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("address", address), LogField("port", port)]
    }
}
