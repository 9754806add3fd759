internal import CRdKafka

/// What brokers tell of themselves and of topics.
package struct ClusterSurvey: Sendable, Hashable {
    /// How a topic is laid out.
    package struct Shape: Sendable, Hashable {
        package let partitions: Int
        /// Copies of each partition; of several numbers the least.
        package let replication: Int

        package init(partitions: Int, replication: Int) {
            self.partitions = partitions
            self.replication = replication
        }
    }

    /// The brokers by their own numbers (`node.id`).
    package let numbers: [Int32]
    /// By name.
    package let topics: [String: Shape]

    /// How many brokers there are.
    package var brokers: Int { numbers.count }

    init(numbers: [Int32], topics: [String: Shape]) {
        self.numbers = numbers
        self.topics = topics
    }

    init(_ metadata: rd_kafka_metadata) {
        var topics: [String: Shape] = [:]
        for index in 0..<max(0, Int(metadata.topic_cnt)) {
            guard let topic = metadata.topics?[index], let name = topic.topic,
                topic.err == RD_KAFKA_RESP_ERR_NO_ERROR
            else { continue }
            let partitions = UnsafeBufferPointer(
                start: topic.partitions, count: max(0, Int(topic.partition_cnt)))
            let copies = partitions.map { Int($0.replica_cnt) }
            topics[String(cString: name)] = Shape(
                partitions: Int(topic.partition_cnt), replication: copies.min() ?? 0)
        }
        let brokers = UnsafeBufferPointer(
            start: metadata.brokers, count: max(0, Int(metadata.broker_cnt)))
        self.init(numbers: brokers.map(\.id), topics: topics)
    }
}
