package import VigilCore

/// A signal, or an error, asked for the end; what is in flight is drained.
package struct ShutdownRequested: TelemetryEvent {
    /// Such as `SIGTERM`.
    package let reason: SafeText
    /// Studies in flight.
    package let inFlight: Int
    /// How long the drain may last.
    package let drainMax: Duration

    /// All that the event says.
    package init(reason: SafeText, inFlight: Int, drainMax: Duration) {
        self.reason = reason
        self.inFlight = inFlight
        self.drainMax = drainMax
    }

    /// `shutdown_requested`
    package var name: StaticString { "shutdown_requested" }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("reason", reason),
            LogField("in_flight", inFlight),
            LogField("drain_max_s", drainMax),
        ]
    }
}
