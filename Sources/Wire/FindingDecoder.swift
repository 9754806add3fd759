package import VigilCore

/// Reads finding records, for tools and tests.
package enum FindingDecoder {
    /// The finding of a record. Headers are checked only for the version of the schema.
    package static func decode(_ record: InboundRecord) throws(WireError) -> FindingRecord {
        try RecordReading.checkMajor(of: record.headers, is: 1)
        return try decode(value: record.value)
    }

    /// The finding of a record's value.
    package static func decode(value: [UInt8]?) throws(WireError) -> FindingRecord {
        try FindingRecord(json: try RecordReading.json(value))
    }
}
