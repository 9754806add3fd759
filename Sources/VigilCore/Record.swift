/// A header of a Kafka record. Kafka allows repeated names and a null value.
package struct RecordHeader: Sendable, Hashable {
    package let name: String
    package let value: [UInt8]?

    package init(_ name: String, _ value: [UInt8]?) {
        self.name = name
        self.value = value
    }

    package init(_ name: String, _ value: String) {
        self.init(name, Array(value.utf8))
    }
}

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

/// A record taken from Kafka, its bytes copied out of the client's memory.
package struct InboundRecord: Sendable {
    package let position: RecordPosition
    package let key: [UInt8]?
    /// Nil is a tombstone.
    package let value: [UInt8]?
    package let headers: [RecordHeader]
    /// The broker's or producer's timestamp, if the record has one.
    package let timestamp: Timestamp?

    package init(
        position: RecordPosition, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader],
        timestamp: Timestamp?
    ) {
        self.position = position
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }
}

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
