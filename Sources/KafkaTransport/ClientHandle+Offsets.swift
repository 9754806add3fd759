internal import CRdKafka
internal import VigilCore

extension ClientHandle {
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
