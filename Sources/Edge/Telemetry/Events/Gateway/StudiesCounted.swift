internal import VigilCore

/// What the gateway knows of where studies' files are.
package struct StudiesCounted: TelemetryEvent {
    /// Studies.
    package let known: Int
    /// Studies forgotten since it was said last.
    package let forgotten: Int

    /// All that the event says.
    package init(known: Int, forgotten: Int) {
        self.known = known
        self.forgotten = forgotten
    }

    /// `studies_counted`
    package var name: StaticString { "studies_counted" }
    /// The metrics say it.
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("known", known), LogField("forgotten", forgotten)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.gatewayStudiesKnown, Double(known), "studies" as StaticString)
        metrics.add(.gatewayStudiesForgotten, Double(forgotten), "studies" as StaticString)
    }
}
