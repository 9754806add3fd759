internal import CRdKafka
internal import Processes
internal import VigilCore

extension ClientHandle {
    /// The offsets between which a partition has records now: the first, and the one after the
    /// last. Blocks.
    func bounds(of place: TopicPartition, timeout: Duration) throws(KafkaError) -> Range<Int64> {
        var (low, high) = (Int64(0), Int64(0))
        try KafkaError.check(
            rd_kafka_query_watermark_offsets(
                pointer, place.topic, place.partition, &low, &high, timeout.milliseconds),
            operation: "query_watermark_offsets")
        return low..<max(low, high)
    }

    /// What the client's group has committed. Blocks.
    func committed(
        _ partitions: [TopicPartition], timeout: Duration
    ) throws(KafkaError) -> [CommittedOffset] {
        if partitions.isEmpty { return [] }
        let list = PartitionList(partitions)
        try KafkaError.check(
            rd_kafka_committed(pointer, list.pointer, timeout.milliseconds),
            operation: "committed")
        var offsets: [CommittedOffset] = []
        for entry in list.entries {
            try KafkaError.check(entry.error, operation: "committed")
            offsets.append(
                CommittedOffset(
                    partition: entry.partition,
                    nextOffset: entry.offset >= 0 ? entry.offset : nil,
                    metadata: entry.metadata))
        }
        return offsets
    }
}
