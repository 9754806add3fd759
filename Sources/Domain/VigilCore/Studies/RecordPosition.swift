/// Where a record stands in Kafka.
package struct RecordPosition: Sendable, Hashable {
    /// The topic's name, from configuration.
    package let topic: String
    package let partition: Int32
    package let offset: Int64

    package init(topic: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }

    /// A position that a record of some topic tells of; nil when no record can stand there. Any
    /// sender may have written it, and clients crash on names that are too long.
    package init?(told topic: String, partition: Outside<Int64>, offset: Outside<Int64>) {
        guard Self.isLegal(topic: topic),
            let partition = partition.exactly(Int32.self)?.within(0...Int32.max),
            let offset = offset.within(0...Int64.max - 1)
        else { return nil }
        self.init(topic: topic, partition: partition, offset: offset)
    }

    /// Bytes of a topic's name at most (`Topic.MAX_NAME_LENGTH` of Apache Kafka). librdkafka makes
    /// no topic of more than 512, and goes on with a null pointer (`rd_kafka_topic_new0`).
    private static let topicBytesMax = 249

    /// Whether Kafka takes a name for a topic (`Topic.validate` of Apache Kafka).
    package static func isLegal(topic: String) -> Bool {
        (1...topicBytesMax).contains(topic.utf8.count) && topic != "." && topic != ".."
            && topic.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
