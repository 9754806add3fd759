package import VigilCore

/// A topic of events has more or fewer partitions than the input topic, or as many again. Where
/// they differ, partitions of equal number may go to different workers.
package struct PartitionsCompared: TelemetryEvent {
    /// The topic, from configuration.
    package let topic: SafeText
    /// How many partitions it has.
    package let count: Int32
    /// How many the input topic has.
    package let wanted: Int32

    /// All that the event says.
    package init(topic: SafeText, count: Int32, wanted: Int32) {
        self.topic = topic
        self.count = count
        self.wanted = wanted
    }

    private var areEqual: Bool { count == wanted }

    /// `partitions_compared`
    package var name: StaticString { "partitions_compared" }
    /// `warning` when they differ, else `info`.
    package var level: LogLevel { areEqual ? .info : .warning }

    /// What the line says.
    package var fields: [LogField] {
        let remedy: SafeText =
            areEqual
            ? "None"
            : """
            Give both topics as many partitions with Kafka's own tool for topics; until then \
            events of one study may reach two workers
            """
        return [
            LogField("topic", topic), LogField("count", count), LogField("wanted", wanted),
            LogField("remedy", remedy),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.partitionsUnequal, areEqual ? 0 : 1, topic)
    }
}
