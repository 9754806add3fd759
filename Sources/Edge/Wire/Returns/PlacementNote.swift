package import VigilCore

/// What an event on a topic of placed events says of itself, in the header `vigil-placement`: where
/// a sender had placed it. Holds nothing of a patient.
package struct PlacementNote: HeaderNote, Sendable, Hashable {
    static let headerName = "vigil-placement"

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

    func addMembers(to object: inout JSONObject) {
        if timestamp != nil { object["log_append_time"] = .bool(isStampedByBroker) }
        object["study"] = .string(study.safeText)
    }
}
