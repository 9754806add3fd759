internal import VigilCore

/// A Kafka transaction was committed.
package struct TransactionCommitted: TelemetryEvent {
    /// Study events whose outcomes it held.
    package let records: Int
    /// From begin to commit.
    package let duration: Duration

    /// All that the event says.
    package init(records: Int, duration: Duration) {
        self.records = records
        self.duration = duration
    }

    /// `transaction_committed`
    package var name: StaticString { "transaction_committed" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("records", records), LogField("duration_s", duration)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.transactions, 1, "committed" as StaticString)
        metrics.observe(.transactionDuration, duration)
        metrics.observe(.transactionRecords, Double(records))
    }
}
