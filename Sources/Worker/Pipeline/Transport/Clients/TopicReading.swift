package import KafkaTransport
package import VigilCore

/// What is needed of a reader of whole topics, as ``RecordReader`` describes it.
package protocol TopicReading: ~Copyable {
    mutating func open(at offsets: [TopicPartition: Int64]) throws(KafkaError)
    mutating func poll(max: Int) throws(KafkaError) -> [InboundRecord]
    mutating func endOffset(of place: TopicPartition) -> Int64?
    func committed(
        _ partitions: [TopicPartition], timeout: Duration
    ) throws(KafkaError) -> [CommittedOffset]
}

extension RecordReader: TopicReading {}
