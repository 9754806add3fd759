package import VigilCore

/// What an event on a retry topic says of itself, in the header `vigil-retry`.
package struct RetryNote: Sendable, Hashable {
    private static let name = "vigil-retry"

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

    /// The note among a record's headers; nil when there is none or it is malformed.
    init?(_ headers: [RecordHeader]) {
        let limits = JSONLimits(bytes: 4096, depth: 2, values: 20)
        guard let value = headers.last(where: { $0.name == Self.name })?.value,
            let json = try? JSONParser.parse(value, limits: limits),
            let topic = json["topic"]?.stringValue,
            let partition = json["partition"]?.outside, let offset = json["offset"]?.outside,
            let origin = RecordPosition(told: topic, partition: partition, offset: offset),
            let tried = json["attempts"]?.outside?.within(1...1_000_000),
            let first = json["first_failure"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) }),
            let due = json["due"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) })
        else { return nil }
        self.init(
            origin: origin,
            timestamp: json["timestamp"]?.stringValue.flatMap { Timestamp(rfc3339: $0) },
            attempts: Int(clamping: tried), firstFailure: first, due: due)
    }

    /// The note as a header.
    var header: RecordHeader {
        var object = JSONObject()
        object["topic"] = .string(origin.topic)
        object["partition"] = .integer(Int64(origin.partition))
        object["offset"] = .integer(origin.offset)
        if let timestamp { object["timestamp"] = timestamp.json }
        object["attempts"] = .integer(Int64(attempts))
        object["first_failure"] = firstFailure.json
        object["due"] = due.json
        return RecordHeader(Self.name, JSONWriter.text(.object(object)))
    }

    /// Headers without any note.
    static func removed(from headers: [RecordHeader]) -> [RecordHeader] {
        headers.filter { $0.name != name }
    }
}
