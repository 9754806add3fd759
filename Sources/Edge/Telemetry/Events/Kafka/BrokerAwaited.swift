package import VigilCore

/// No broker answers; the worker waits for one.
package struct BrokerAwaited: TelemetryEvent {
    /// For how long so far.
    package let waited: Duration

    /// What the client says of it.
    package let trouble: SafeText

    /// All that the event says.
    package init(waited: Duration, trouble: SafeText) {
        self.waited = waited
        self.trouble = trouble
    }

    /// `broker_awaited`
    package var name: StaticString { "broker_awaited" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] { [LogField("waited_s", waited), LogField("trouble", trouble)] }
}
