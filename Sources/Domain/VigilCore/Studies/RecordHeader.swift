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
