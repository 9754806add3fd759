package import VigilCore

/// Events were deleted from their topic before this worker had read them: nobody will answer them.
package struct EventsOvertaken: TelemetryEvent {
    /// The topic, from configuration.
    package let topic: SafeText
    /// The partition.
    package let partition: Int32
    /// How many offsets; those of transaction markers among them are counted as well.
    package let count: Int64
    /// The log's first offset now.
    package let first: Int64

    /// All that the event says.
    package init(topic: SafeText, partition: Int32, count: Int64, first: Int64) {
        self.topic = topic
        self.partition = partition
        self.count = count
        self.first = first
    }

    /// `events_overtaken`
    package var name: StaticString { "events_overtaken" }
    /// `error`
    package var level: LogLevel { .error }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("topic", topic), LogField("partition", partition), LogField("count", count),
            LogField("first", first),
            LogField(
                "remedy",
                "Send these studies again; raise the topic's retention, or add workers"
                    as SafeText),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.eventsOvertaken, Double(count), topic)
    }
}
