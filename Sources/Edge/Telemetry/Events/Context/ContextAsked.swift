package import VigilCore

/// What was known of the patient of a study whose finding is out.
package struct ContextAsked: TelemetryEvent {
    /// How it stood.
    package let state: Finding.Context.State

    /// All that the event says.
    package init(_ state: Finding.Context.State) { self.state = state }

    /// `context_asked`
    package var name: StaticString { "context_asked" }
    /// `debug`: the metric tells the same.
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] { [LogField("state", state)] }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.contextStudies, 1, state)
    }
}
