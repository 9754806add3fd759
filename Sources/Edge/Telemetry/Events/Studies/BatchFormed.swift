package import VigilCore

/// A batch was closed and goes to the model.
package struct BatchFormed: TelemetryEvent {
    /// Why a batch was closed.
    package enum Reason: String, Sendable, Hashable, CaseIterable, SafeToLog {
        /// It holds as many images as it may.
        case full
        /// The oldest study in it has waited long enough.
        case deadline
        /// An urgent study may not wait.
        case urgent
        /// Nothing else is on its way.
        case idle
        /// The worker drains.
        case drain
    }

    /// One study's wait since it arrived in the worker.
    package struct Wait: Sendable, Hashable {
        /// The priority that a person ordered.
        package let priority: Priority
        /// Since the study's arrival.
        package let duration: Duration

        /// One study's wait.
        package init(priority: Priority, duration: Duration) {
            self.priority = priority
            self.duration = duration
        }
    }

    /// Images in the batch.
    package let size: Int
    /// Why it was closed.
    package let reason: Reason
    /// How long each of its studies has waited.
    package let waits: [Wait]

    /// All that the event says.
    package init(size: Int, reason: Reason, waits: [Wait]) {
        self.size = size
        self.reason = reason
        self.waits = waits
    }

    /// `batch_formed`
    package var name: StaticString { "batch_formed" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("size", size),
            LogField("reason", reason),
            LogField("studies", waits.count),
            LogField("oldest_wait_s", waits.map(\.duration).max() ?? .zero),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.observe(.batchSize, Double(size), reason)
        for wait in waits { metrics.observe(.queueWait, wait.duration, wait.priority) }
    }
}
