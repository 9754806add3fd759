/// The OpenTelemetry collector takes no spans, or no metrics: told once, until it takes some
/// again.
package struct CollectorUnreachable: TelemetryEvent {
    /// `spans` or `metrics`.
    package let signal: StaticString

    /// All that the event says.
    package init(signal: StaticString) { self.signal = signal }

    /// `collector_unreachable`
    package var name: StaticString { "collector_unreachable" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("signal", signal),
            LogField("remedy", "Post to the address in otlp.endpoint with curl -v" as StaticString),
        ]
    }
}
