package import VigilCore

/// Nothing of an input root can be read; the others go on.
package struct InputRootTroubled: TelemetryEvent {
    /// The folder as the setting has it.
    package let root: SafeText
    /// `input_root_hangs` or `input_root_unusable`.
    package let reason: SafeText
    /// The system's error number; 0 when there is none.
    package let errno: Int32

    /// All that the event says.
    package init(root: SafeText, reason: SafeText, errno: Int32) {
        self.root = root
        self.reason = reason
        self.errno = errno
    }

    /// `input_root_troubled`
    package var name: StaticString { "input_root_troubled" }
    /// `error`
    package var level: LogLevel { .error }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("root", root), LogField("reason", reason), LogField("errno", errno)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.inputRootTroubles, 1, root, reason)
        metrics.set(.inputRootAway, 1, root)
    }
}
