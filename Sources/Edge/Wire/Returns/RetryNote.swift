package import VigilCore

/// What an event on a retry topic says of itself, in the header `vigil-retry`.
package struct RetryNote: HeaderNote, Sendable, Hashable {
    static let headerName = "vigil-retry"

    /// Where the event first stood.
    package let origin: RecordPosition
    /// When that record was made; nil when it did not say.
    package let timestamp: Timestamp?
    /// How often it was tried so far.
    package let attempts: Int
    package let firstFailure: Timestamp
    /// Not to be tried again before.
    package let due: Timestamp

    package init(
        origin: RecordPosition, timestamp: Timestamp?, attempts: Int, firstFailure: Timestamp,
        due: Timestamp
    ) {
        self.origin = origin
        self.timestamp = timestamp
        self.attempts = attempts
        self.firstFailure = firstFailure
        self.due = due
    }

    /// Reads the note; unknown members are passed over, and so is a time of the record that cannot
    /// be read.
    init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "note")
        let tried = try reader.required("attempts") { $0.outside?.within(1...1_000_000) }
        self.init(
            origin: try RecordPosition(reader: reader),
            timestamp: json["timestamp"].flatMap(Member.time), attempts: Int(clamping: tried),
            firstFailure: try reader.required("first_failure", Member.time),
            due: try reader.required("due", Member.time))
    }

    func addMembers(to object: inout JSONObject) {
        object["attempts"] = .integer(Int64(attempts))
        object["first_failure"] = firstFailure.json
        object["due"] = due.json
    }
}
