package import VigilCore

/// The Kafka client says something.
package struct KafkaLog: TelemetryEvent {
    /// How much it matters.
    package let severity: LogLevel
    /// The client's own words; it never sees inside a record.
    package let text: SafeText

    /// All that the event says.
    package init(severity: LogLevel, text: SafeText) {
        self.severity = severity
        self.text = text
    }

    /// `kafka_log`
    package var name: StaticString { "kafka_log" }
    /// The client's own severity.
    package var level: LogLevel { severity }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("text", text)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        if severity >= .warning { metrics.add(.kafkaErrors, 1, severity) }
    }
}
