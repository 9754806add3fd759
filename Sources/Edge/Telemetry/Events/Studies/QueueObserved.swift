package import VigilCore

/// How much is in flight.
package struct QueueObserved: TelemetryEvent {
    /// Studies by the priority ordered.
    package let depths: [Priority: Int]
    /// Bytes of the records.
    package let bytes: Int
    /// How long a study of each priority that came now would wait for its finding; left out until
    /// something was measured.
    package let expected: [Priority: Duration]
    /// Those among them that wait for a cleaner hour.
    package let deferred: Int
    /// The part of the day's energy or carbon that is used.
    package let budgetShare: Double

    /// All that the event says.
    package init(
        depths: [Priority: Int], bytes: Int, expected: [Priority: Duration], deferred: Int = 0,
        budgetShare: Double = 0
    ) {
        self.budgetShare = budgetShare
        self.deferred = deferred
        self.depths = depths
        self.bytes = bytes
        self.expected = expected
    }

    /// `queue_observed`
    package var name: StaticString { "queue_observed" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("in_flight", depths.values.reduce(0, +)), LogField("bytes", bytes)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        for priority in Priority.allCases {
            metrics.set(.queueDepth, Double(depths[priority] ?? 0), priority)
            if let wait = expected[priority] { metrics.set(.eta, wait.seconds, priority) }
        }
        metrics.set(.queueBytes, Double(bytes))
        metrics.set(.budgetShare, budgetShare)
        metrics.set(.deferralsWaiting, Double(deferred))
    }
}
