package import VigilCore

/// The broker knows no such topic yet; the worker asks again.
package struct TopicAwaited: TelemetryEvent {
    /// The topic that is missing, from configuration.
    package let topic: SafeText

    /// All that the event says.
    package init(topic: SafeText) {
        self.topic = topic
    }

    /// `topic_awaited`
    package var name: StaticString { "topic_awaited" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] { [LogField("topic", topic)] }
}
