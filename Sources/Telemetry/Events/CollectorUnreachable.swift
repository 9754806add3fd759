/// The OpenTelemetry collector takes no spans: told once, until it takes some again.
package struct CollectorUnreachable: TelemetryEvent {
    /// All that the event says.
    package init() {}

    /// `collector_unreachable`
    package var name: StaticString { "collector_unreachable" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("remedy", "Post to the address in otlp.endpoint with curl -v" as StaticString)]
    }
}
