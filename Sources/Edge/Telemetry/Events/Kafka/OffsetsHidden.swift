internal import VigilCore

/// What the group has committed is hidden for longer than a transaction may be open: a broker has
/// ended one without saying so. A transaction of this worker's ends it.
package struct OffsetsHidden: TelemetryEvent {
    /// For how long it was asked for.
    package let waited: Duration

    /// All that the event says.
    package init(waited: Duration) {
        self.waited = waited
    }

    /// `offsets_hidden`
    package var name: StaticString { "offsets_hidden" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] { [LogField("waited_s", waited)] }
}
