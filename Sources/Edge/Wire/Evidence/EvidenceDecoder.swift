package import VigilCore

/// Reads maps of evidence back.
package enum EvidenceDecoder {
    /// The maps of a Kafka record. Headers are checked only for the version of the schema.
    package static func decode(_ record: InboundRecord) throws(WireError) -> EvidenceRecord {
        try RecordReading.checkMajor(of: record.headers, in: 1...1)
        return try decode(value: record.value)
    }

    /// The maps of a Kafka record's value.
    package static func decode(value: [UInt8]?) throws(WireError) -> EvidenceRecord {
        try EvidenceRecord(json: try RecordReading.json(value))
    }
}
