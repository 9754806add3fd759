package import VigilCore

/// The note in the header `vigil-placement` of an event on a topic of placed events.
extension PlacementNote: HeaderNote {
    static let headerName = "vigil-placement"

    /// Reads the note; unknown members are passed over.
    package init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "note")
        self.init(
            origin: try RecordPosition(reader: reader),
            timestamp: try reader.optional("timestamp", Member.time),
            isStampedByBroker: try reader.optional("log_append_time", Member.bool) ?? false,
            study: try reader.required("study", Member.pseudonym))
    }

    func addMembers(to object: inout JSONObject) {
        if timestamp != nil { object["log_append_time"] = .bool(isStampedByBroker) }
        object["study"] = .string(study.safeText)
    }
}
