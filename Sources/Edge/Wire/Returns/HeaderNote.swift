internal import VigilCore

/// What a worker notes in a header of an event that it puts on a topic of its own. Who may write to
/// that topic may write any note.
protocol HeaderNote {
    /// The header's name.
    static var headerName: String { get }
    /// Where the event first stood.
    var origin: RecordPosition { get }
    /// When that record was made; nil when it did not say.
    var timestamp: Timestamp? { get }

    /// Reads the note; unknown members are passed over.
    init(json: JSONValue) throws(WireError)

    /// Writes what it says besides.
    func addMembers(to object: inout JSONObject)
}

extension HeaderNote {
    /// The note among a record's headers; nil when there is none or it is malformed.
    init?(_ headers: [RecordHeader]) {
        let limits = JSONLimits(bytes: 4096, depth: 2, values: 20)
        guard let value = headers.last(where: { $0.name == Self.headerName })?.value,
            let json = try? JSONParser.parse(value, limits: limits),
            let note = try? Self(json: json)
        else { return nil }
        self = note
    }

    /// The note as a header.
    var header: RecordHeader {
        var object = JSONObject()
        object["topic"] = .string(origin.topic)
        object["partition"] = .integer(Int64(origin.partition))
        object["offset"] = .integer(origin.offset)
        if let timestamp { object["timestamp"] = timestamp.json }
        addMembers(to: &object)
        return RecordHeader(Self.headerName, JSONWriter.text(.object(object)))
    }

    /// Headers without any note.
    static func removed(from headers: [RecordHeader]) -> [RecordHeader] {
        headers.filter { $0.name != headerName }
    }
}
