/// That a record of a study's finding holds no longer: what an operator signs.
package struct RecallOrder: Sendable, Hashable {
    /// The version of its form.
    package static let schema = "vigil.recall/1"
    /// What its envelope says that it is.
    package static let payloadType = "application/vnd.vigil.recall+json"
    /// The longest envelope, in bytes.
    package static let bytesMax = 4096

    /// The `record_digest` of what is recalled. It says which study's, and which of its findings:
    /// of one that was revised since, nothing is recalled.
    package let record: Digest
    /// When it was given.
    package let issued: Timestamp

    /// An order to be signed.
    package init(record: Digest, issued: Timestamp) {
        self.record = record
        self.issued = issued
    }

    /// What is signed.
    package var payload: [UInt8] {
        JSONWriter.bytes([
            "schema": .string(Self.schema), "record": .string(record.hex),
            "issued_at": .string(issued.description),
        ])
    }

    /// Reads what was signed, whoever did. Members that are not known are refused.
    package init?(payload: [UInt8]) {
        let limits = JSONLimits(bytes: Self.bytesMax, depth: 2, values: 16)
        guard let json = try? JSONParser.parse(payload, limits: limits),
            json["schema"]?.stringValue == Self.schema, json.objectValue?.count == 3,
            let record = json["record"]?.stringValue.flatMap({ Digest(text: $0) }),
            let issued = json["issued_at"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) })
        else { return nil }
        self.init(record: record, issued: issued)
    }
}
