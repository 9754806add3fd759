package import VigilCore

/// A study event was taken from Kafka.
package struct StudyConsumed: TelemetryEvent {
    /// From configuration.
    package let topic: SafeText
    /// Where the record stands.
    package let partition: Int32
    /// Where the record stands.
    package let offset: Int64

    /// All that the event says.
    package init(topic: SafeText, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }

    /// `study_consumed`
    package var name: StaticString { "study_consumed" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("topic", topic), LogField("partition", partition), LogField("offset", offset)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.eventsConsumed, 1, topic, partition)
    }
}
