package import VigilCore

/// An input root can be read again.
package struct InputRootRecovered: TelemetryEvent {
    /// The folder as the setting has it.
    package let root: SafeText

    /// All that the event says.
    package init(root: SafeText) {
        self.root = root
    }

    /// `input_root_recovered`
    package var name: StaticString { "input_root_recovered" }

    /// What the line says.
    package var fields: [LogField] { [LogField("root", root)] }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.inputRootAway, 0, root)
    }
}
