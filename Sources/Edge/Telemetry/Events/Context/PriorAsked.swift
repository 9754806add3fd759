package import VigilCore

/// What was known of an earlier study of the patient of a study whose finding is out.
package struct PriorAsked: TelemetryEvent {
    /// How it stood.
    package let state: Finding.Prior.State

    /// All that the event says.
    package init(_ state: Finding.Prior.State) { self.state = state }

    /// `prior_asked`
    package var name: StaticString { "prior_asked" }
    /// `debug`: the metric tells the same.
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] { [LogField("state", state)] }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.priorsAsked, 1, state)
    }
}
