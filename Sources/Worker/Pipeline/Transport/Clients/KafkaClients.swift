package import KafkaTransport
package import Processes
package import VigilCore

/// Makes a worker's clients of Kafka. Nothing that is made here waits for the broker.
package protocol KafkaClients: Sendable {
    /// What they are made by.
    var configuration: KafkaConfiguration { get }

    /// A member of the group; of no topics it joins none yet.
    func makeConsumer(
        of topics: [String], preferring preferred: Set<String>, wakeUp: WakeUp
    ) throws(KafkaError) -> any RecordConsuming & ~Copyable
    /// A producer under the worker's transactional id.
    func makeProducer(wakeUp: WakeUp) throws(KafkaError) -> sending any RecordProducing & ~Copyable
    /// A reader outside of any group.
    func makeReader(wakeUp: WakeUp) throws(KafkaError) -> any TopicReading & ~Copyable
    /// What looks after topics.
    func makeSurvey() throws(KafkaError) -> sending any TopicSurveying & ~Copyable
    /// Where the partitions of a topic end now, open transactions included. Blocks.
    func ends(of topic: String, timeout: Duration) throws(KafkaError) -> [TopicPartition: Int64]
}
