/// A record taken from Kafka, its bytes copied out of the client's memory.
package struct InboundRecord: Sendable {
    package let position: RecordPosition
    package let key: [UInt8]?
    /// Nil is a tombstone.
    package let value: [UInt8]?
    package let headers: [RecordHeader]
    /// The broker's or producer's timestamp, if the record has one.
    package let timestamp: Timestamp?
    /// Whether the broker wrote ``timestamp`` as the record was appended (`LogAppendTime`).
    package let isStampedByBroker: Bool

    package init(
        position: RecordPosition, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader],
        timestamp: Timestamp?, isStampedByBroker: Bool = false
    ) {
        self.isStampedByBroker = isStampedByBroker
        self.position = position
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }

    /// What the record weighs: its key, value and headers.
    package var byteCount: Int {
        headers.reduce((key?.count ?? 0) + (value?.count ?? 0)) {
            $0 + $1.name.utf8.count + ($1.value?.count ?? 0)
        }
    }
}
