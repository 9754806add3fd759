internal import VigilCore

/// No broker answers; the worker waits for one.
package struct BrokerAwaited: TelemetryEvent {
    /// For how long so far.
    package let waited: Duration

    /// All that the event says.
    package init(waited: Duration) {
        self.waited = waited
    }

    /// `broker_awaited`
    package var name: StaticString { "broker_awaited" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] { [LogField("waited_s", waited)] }
}
