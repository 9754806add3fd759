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
}
