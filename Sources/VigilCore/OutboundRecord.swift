/// A record on its way to Kafka.
package struct OutboundRecord: Sendable, Hashable {
    package let topic: String
    package let key: [UInt8]?
    package let value: [UInt8]?
    package let headers: [RecordHeader]

    package init(topic: String, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader]) {
        self.topic = topic
        self.key = key
        self.value = value
        self.headers = headers
    }
}
