/// A record on its way to Kafka.
package struct OutboundRecord: Sendable, Hashable {
    package let topic: String
    /// Where it is to stand; nil leaves it to the key's hash.
    package let partition: Int32?
    package let key: [UInt8]?
    package let value: [UInt8]?
    package let headers: [RecordHeader]

    package init(
        topic: String, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?,
        headers: [RecordHeader]
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
    }
}
