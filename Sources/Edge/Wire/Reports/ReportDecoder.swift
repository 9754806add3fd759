package import VigilCore

/// Reads draft reports, for tools and tests.
package enum ReportDecoder {
    /// The draft of a Kafka record. Headers are checked only for the version of the schema.
    package static func decode(
        _ record: InboundRecord
    ) throws(WireError) -> ReportDraft<String> {
        try RecordReading.checkMajor(of: record.headers, in: 1...1)
        return try decode(value: record.value)
    }

    /// The draft of a Kafka record's value.
    package static func decode(value: [UInt8]?) throws(WireError) -> ReportDraft<String> {
        try ReportDraft(json: try RecordReading.json(value))
    }
}
