package import VigilCore

/// How much of the topics is still to be done, as the brokers and this worker's own books have it.
package struct TopicsObserved: TelemetryEvent {
    /// What of one partition is not answered.
    package struct Lag: Sendable {
        /// The topic, from configuration.
        package let topic: SafeText
        /// The partition.
        package let partition: Int32
        /// Records taken and not answered, and those up to the last stable offset that were not
        /// read yet. Once all is read, what is no record is not counted.
        package let records: Int64

        /// All of it.
        package init(topic: SafeText, partition: Int32, records: Int64) {
            self.topic = topic
            self.partition = partition
            self.records = records
        }
    }

    /// Of every partition that this worker owns.
    package let lags: [Lag]

    /// All that the event says.
    package init(lags: [Lag]) { self.lags = lags }

    /// `topics_observed`
    package var name: StaticString { "topics_observed" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("lag", lags.reduce(0) { $0 + $1.records })]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        for lag in lags {
            metrics.set(.consumerLag, Double(lag.records), lag.topic, lag.partition)
        }
    }
}
