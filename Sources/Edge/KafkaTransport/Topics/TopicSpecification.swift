/// A topic as it is to be created.
package struct TopicSpecification: Sendable, Hashable {
    package let name: String
    package let partitions: Int32
    /// Copies of each partition; nil takes the broker's default.
    package let replication: Int16?
    /// Such as `["retention.ms": "604800000"]`
    /// (https://kafka.apache.org/documentation/#topicconfigs).
    package let config: [String: String]

    package init(
        name: String, partitions: Int32, replication: Int16? = nil, config: [String: String] = [:]
    ) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
        self.config = config
    }
}

/// What became of a request for one topic.
package enum TopicOutcome: Sendable, Hashable {
    case created
    /// It was there before; nothing about it was changed.
    case alreadyExists
    case deleted
    case failed(KafkaError)
}
