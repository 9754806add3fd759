package import KafkaTransport
package import VigilCore

/// What the transport needs of a member of a consumer group, as ``KafkaConsumer`` describes it.
/// Most calls have the client for themselves, and so are mutating.
package protocol RecordConsuming: ~Copyable {
    var assignment: Set<TopicPartition> { get }
    var paused: Set<TopicPartition> { get }
    var isReplaced: Bool { get }

    mutating func subscribe(to topics: [String]) throws(KafkaError)
    mutating func poll(max: Int) -> [ConsumerEvent]
    mutating func completeAssign(_ starts: [PartitionStart]) throws(KafkaError)
    mutating func completeRevoke() throws(KafkaError)
    mutating func pause(_ partitions: some Sequence<TopicPartition>) throws(KafkaError)
    mutating func resume(_ partitions: some Sequence<TopicPartition>) throws(KafkaError)
    mutating func seek(to offsets: [TopicPartition: Int64], timeout: Duration) throws(KafkaError)
    func committed(
        _ partitions: [TopicPartition], timeout: Duration
    ) throws(KafkaError) -> [CommittedOffset]
    func bounds(of place: TopicPartition, timeout: Duration) throws(KafkaError) -> Range<Int64>
    mutating func groupMetadata() throws(KafkaError) -> GroupMetadata
    mutating func keepPreference()
    @discardableResult
    mutating func close(within bound: Duration) -> Bool
}

extension KafkaConsumer: RecordConsuming {}
