package import VigilCore

/// A topic that this worker reads or writes is gone, or is there again.
package struct TopicPresenceChanged: TelemetryEvent {
    /// The topic, from configuration.
    package let topic: SafeText
    /// Whether it is there now.
    package let isThere: Bool

    /// All that the event says.
    package init(topic: SafeText, isThere: Bool) {
        self.topic = topic
        self.isThere = isThere
    }

    /// `topic_presence_changed`
    package var name: StaticString { "topic_presence_changed" }
    /// `error` when it is gone, else `info`.
    package var level: LogLevel { isThere ? .info : .error }

    /// What the line says.
    package var fields: [LogField] {
        let remedy: SafeText =
            isThere ? "None" : "Create it again with: vigil topics create; the worker waits"
        return [
            LogField("topic", topic), LogField("there", isThere), LogField("remedy", remedy),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.topicMissing, isThere ? 0 : 1, topic)
    }
}
