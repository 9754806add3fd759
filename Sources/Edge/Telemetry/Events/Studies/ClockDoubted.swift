package import VigilCore

/// A record's producer says a time that is further off than its clock is believed.
package struct ClockDoubted: TelemetryEvent {
    /// `older` or `newer` than the worker's clock.
    package let direction: SafeText
    /// What the record counts as, so long in its topic.
    package let believed: Duration

    /// All that the event says.
    package init(direction: SafeText, believed: Duration) {
        self.direction = direction
        self.believed = believed
    }

    /// `clock_doubted`
    package var name: StaticString { "clock_doubted" }
    /// `debug`: a producer's clock is off in each of its records; the metric tells.
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("direction", direction), LogField("believed", believed)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.clocksDoubted, 1, direction)
    }
}
