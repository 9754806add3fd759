package import VigilCore

/// Reads finding records of versions 1 and 2, for tools and tests.
package enum FindingDecoder {
    /// The newest version that is read.
    private static let major = 2

    /// How large a record may be.
    package static let limits = RecordReading.limits

    /// The finding of a record. Headers are checked only for the version of the schema.
    package static func decode(_ record: InboundRecord) throws(WireError) -> Finding {
        try RecordReading.checkMajor(of: record.headers, in: 1...major)
        return try decode(value: record.value)
    }

    /// The finding of a record as by ``decode(_:)``, and what feedback names the record by.
    package static func decodeNamed(
        _ record: InboundRecord
    ) throws(WireError) -> (finding: Finding, digest: Digest) {
        try RecordReading.checkMajor(of: record.headers, in: 1...major)
        let json = try RecordReading.json(record.value)
        return (try read(json), name(of: json))
    }

    /// What feedback names a record by: the digest that it tells, else the one that is made of it.
    package static func name(of json: JSONValue) -> Digest {
        json["record_digest"]?.stringValue.flatMap { Digest(text: $0) } ?? Finding.digest(of: json)
    }

    /// The finding of a record's value.
    package static func decode(value: [UInt8]?) throws(WireError) -> Finding {
        try read(try RecordReading.json(value))
    }

    /// The finding of a record's JSON; by its members it is told which version it is of.
    package static func read(_ json: JSONValue) throws(WireError) -> Finding {
        isV1(json) ? try FindingV1.read(json) : try Finding(json: json)
    }

    /// Whether a record is one of version 1, which says nothing of an assessment.
    package static func isV1(_ json: JSONValue) -> Bool { json["assessment"] == nil }
}
