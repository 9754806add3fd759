package import VigilCore

/// Takes what librdkafka has to say: its log lines and its statistics.
///
/// Called on the thread that polls the client or, for a producer, is inside one of its calls.
package protocol KafkaLogSink: Sendable {
    /// A log line of librdkafka.
    func kafkaLog(_ line: KafkaLogLine)
    /// Numbers of librdkafka, every `statistics.interval.ms`.
    func kafkaStatistics(_ statistics: KafkaStatistics)
}

/// A log line of librdkafka. It may name topics, groups and brokers, never what a record holds.
package struct KafkaLogLine: Sendable, Hashable {
    package let client: ClientRole
    /// By syslog(3): 0 emergency … 3 error, 4 warning, 5 notice, 6 information, 7 debugging.
    package let severity: Int32
    /// librdkafka's short name of what the line is about, such as `REBALANCE`.
    package let facility: SafeText
    package let message: SafeText
}

/// A sink that drops everything.
package struct SilentLogSink: KafkaLogSink {
    package init() {}
    package func kafkaLog(_ line: KafkaLogLine) {}
    package func kafkaStatistics(_ statistics: KafkaStatistics) {}
}
