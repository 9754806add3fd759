package import VigilCore

/// Reads energy records, for tools and tests.
package enum EnergyDecoder {
    /// The energy record of a Kafka record. Headers are checked only for the version of the schema.
    package static func decode(_ record: InboundRecord) throws(WireError) -> EnergyRecord {
        try RecordReading.checkMajor(of: record.headers, in: 1...1)
        return try decode(value: record.value)
    }

    /// The energy record of a Kafka record's value.
    package static func decode(value: [UInt8]?) throws(WireError) -> EnergyRecord {
        try EnergyRecord(json: try RecordReading.json(value))
    }
}
