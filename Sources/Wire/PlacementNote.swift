package import VigilCore

/// What an event on a topic of placed events says of itself, in the header `vigil-placement`: where
/// a sender had placed it. Holds nothing of a patient.
package struct PlacementNote: Sendable, Hashable {
    private static let name = "vigil-placement"

    /// Where the event first stood.
    package let origin: RecordPosition
    /// When that record was made; nil when it did not say.
    package let timestamp: Timestamp?
    /// Whether a broker wrote that time (`LogAppendTime`).
    package let isStampedByBroker: Bool
    /// The study whose owner it was sent to.
    package let study: Pseudonym

    /// Notes where a record stands.
    package init(of record: InboundRecord, study: Pseudonym) {
        origin = record.position
        timestamp = record.timestamp
        isStampedByBroker = record.isStampedByBroker
        self.study = study
    }

    /// Reads the note; unknown members are passed over.
    package init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "note")
        origin = try RecordPosition(reader: reader)
        timestamp = try reader.optional("timestamp", Member.time)
        isStampedByBroker = try reader.optional("log_append_time", Member.bool) ?? false
        study = try reader.required("study", Member.pseudonym)
    }

    /// The note among a record's headers; nil when there is none or it is malformed.
    init?(_ headers: [RecordHeader]) {
        let limits = JSONLimits(bytes: 4096, depth: 2, values: 20)
        guard let value = headers.last(where: { $0.name == Self.name })?.value,
            let json = try? JSONParser.parse(value, limits: limits),
            let note = try? PlacementNote(json: json)
        else { return nil }
        self = note
    }

    /// The note as a header.
    var header: RecordHeader {
        var object = JSONObject()
        object["topic"] = .string(origin.topic)
        object["partition"] = .integer(Int64(origin.partition))
        object["offset"] = .integer(origin.offset)
        if let timestamp {
            object["timestamp"] = timestamp.json
            object["log_append_time"] = .bool(isStampedByBroker)
        }
        object["study"] = .string(study.safeText)
        return RecordHeader(Self.name, JSONWriter.text(.object(object)))
    }

    /// Headers without any note.
    static func removed(from headers: [RecordHeader]) -> [RecordHeader] {
        headers.filter { $0.name != name }
    }
}
