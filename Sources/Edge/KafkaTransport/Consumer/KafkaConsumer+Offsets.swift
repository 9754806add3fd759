internal import CRdKafka
internal import Processes
package import VigilCore

extension KafkaConsumer {
    /// Goes to other offsets of assigned partitions; records fetched before the call are not
    /// returned by a poll after it.
    ///
    /// - Parameter timeout: bound of the call, in which librdkafka's fetchers change over.
    package func seek(
        to offsets: [TopicPartition: Int64], timeout: Duration
    ) throws(KafkaError) {
        if offsets.isEmpty { return }
        let list = PartitionList()
        for (partition, offset) in offsets { list.add(partition, offset: offset) }
        try KafkaError.check(
            rd_kafka_seek_partitions(client.pointer, list.pointer, timeout.milliseconds),
            operation: "seek")
        for entry in list.entries {
            try KafkaError.check(entry.error, operation: "seek")
        }
    }

    /// What the group has committed. Blocks.
    ///
    /// While a transaction that holds offsets of these partitions is open, the broker keeps the
    /// answer back until it ends; the call then fails as `.retriable` when its time is over.
    package func committed(
        _ partitions: [TopicPartition], timeout: Duration
    ) throws(KafkaError) -> [CommittedOffset] {
        try client.committed(partitions, timeout: timeout)
    }

    /// Commits offsets outside of any transaction, for a member that gives to others what it reads
    /// and may give it twice. Blocks until the broker has them; it refuses a member that is none
    /// any more.
    package func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        if offsets.isEmpty { return }
        let list = PartitionList()
        for (partition, offset) in offsets { list.add(partition, offset: offset) }
        try KafkaError.check(rd_kafka_commit(client.pointer, list.pointer, 0), operation: "commit")
    }

    /// The offsets between which a partition has records now: the first, and the one after the
    /// last. Blocks.
    package func bounds(
        of place: TopicPartition, timeout: Duration
    ) throws(KafkaError) -> Range<Int64> {
        try client.bounds(of: place, timeout: timeout)
    }

    /// The offset after the last record that was polled; nil before the first.
    package func position(_ partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition:
        Int64]
    {
        let list = PartitionList(partitions)
        try KafkaError.check(
            rd_kafka_position(client.pointer, list.pointer), operation: "position")
        return Dictionary(
            list.entries.filter { $0.offset >= 0 }.map { ($0.partition, $0.offset) }
        ) { $1 }
    }

    /// Who this member is at this moment, for `sendOffsets`. Take it anew for every transaction:
    /// its generation changes with each rebalance, and that is what fences a late commit.
    package func groupMetadata() throws(KafkaError) -> GroupMetadata {
        guard let pointer = rd_kafka_consumer_group_metadata(client.pointer) else {
            throw .misuse(reason: "a consumer without a group has no group metadata")
        }
        return GroupMetadata(taking: pointer)
    }
}
