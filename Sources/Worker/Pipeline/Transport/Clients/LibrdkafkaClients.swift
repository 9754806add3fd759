package import KafkaTransport
package import Processes
package import VigilCore

/// The clients that librdkafka stands behind.
package struct LibrdkafkaClients: KafkaClients {
    package let configuration: KafkaConfiguration
    private let sink: KafkaTelemetry

    /// - Parameter sink: takes what the library logs.
    package init(configuration: KafkaConfiguration, sink: KafkaTelemetry) {
        self.configuration = configuration
        self.sink = sink
    }

    package func makeConsumer(
        of topics: [String], preferring preferred: Set<String>, wakeUp: WakeUp
    ) throws(KafkaError) -> any RecordConsuming & ~Copyable {
        try KafkaConsumer(
            configuration: configuration, topics: topics, preferring: preferred, wakeUp: wakeUp,
            logSink: sink)
    }

    package func makeProducer(
        wakeUp: WakeUp
    ) throws(KafkaError) -> sending any RecordProducing & ~Copyable {
        try TransactionalProducer(configuration: configuration, wakeUp: wakeUp, logSink: sink)
    }

    package func makeReader(
        wakeUp: WakeUp
    ) throws(KafkaError) -> any TopicReading & ~Copyable {
        try RecordReader(configuration: configuration, wakeUp: wakeUp, logSink: sink)
    }

    package func makeSurvey() throws(KafkaError) -> sending any TopicSurveying & ~Copyable {
        try TopicSurvey(configuration: configuration)
    }

    package func ends(
        of topic: String, timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        try RecordReader.ends(of: topic, configuration: configuration, timeout: timeout)
    }
}
