/// One partition of a topic.
package struct TopicPartition: Sendable, Hashable, Comparable, SafeToLog {
    /// The topic's name, from configuration.
    package let topic: String
    package let partition: Int32

    package init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    package static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }

    /// Such as `radiology.study.received.v1/3`. Topics are named by the operator.
    package var safeText: String { "\(topic)/\(partition)" }
}

extension RecordPosition {
    /// The partition that the record stands in.
    package var topicPartition: TopicPartition {
        TopicPartition(topic: topic, partition: partition)
    }
}

/// Where to begin to read a partition.
package struct PartitionStart: Sendable, Hashable {
    package let partition: TopicPartition
    /// The first offset to read; nil leaves it to the committed offset and `auto.offset.reset`.
    package let offset: Int64?

    package init(partition: TopicPartition, offset: Int64?) {
        self.partition = partition
        self.offset = offset
    }
}

/// An offset to be committed with a transaction.
package struct OffsetToCommit: Sendable, Hashable {
    package let partition: TopicPartition
    /// The offset of the next record to be done, not of the last one that is.
    package let nextOffset: Int64
    /// At most `offset.metadata.max.bytes` of the broker, 4096 by default.
    package let metadata: String

    package init(partition: TopicPartition, nextOffset: Int64, metadata: String) {
        self.partition = partition
        self.nextOffset = nextOffset
        self.metadata = metadata
    }

    /// Whether it is among what the group has committed.
    package func isAmong(_ committed: [CommittedOffset]) -> Bool {
        committed.contains {
            $0.partition == partition && $0.nextOffset == nextOffset && $0.metadata == metadata
        }
    }
}

/// An offset as the group has committed it.
package struct CommittedOffset: Sendable, Hashable {
    package let partition: TopicPartition
    /// The next record to be done; nil when nothing was committed yet.
    package let nextOffset: Int64?
    /// What was committed with it; bytes from outside.
    package let metadata: String

    package init(partition: TopicPartition, nextOffset: Int64?, metadata: String) {
        self.partition = partition
        self.nextOffset = nextOffset
        self.metadata = metadata
    }
}
