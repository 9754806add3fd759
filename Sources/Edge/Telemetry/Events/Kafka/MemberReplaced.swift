internal import VigilCore

/// The consumer group has another member under this worker's name; the worker joins anew.
package struct MemberReplaced: TelemetryEvent {
    /// How long it waits before it does.
    package let pause: Duration

    /// All that the event says.
    package init(pause: Duration) {
        self.pause = pause
    }

    /// `member_replaced`
    package var name: StaticString { "member_replaced" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] { [LogField("pause_s", pause)] }
}
