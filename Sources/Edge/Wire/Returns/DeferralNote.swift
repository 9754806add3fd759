package import VigilCore

/// What an event on the deferral topic says of itself, in the header `vigil-deferral`: where it
/// first stood, until when it waits and what for, and what the grid was like when that was
/// decided. Holds nothing of a patient.
package struct DeferralNote: Sendable, Hashable {
    private static let name = "vigil-deferral"

    /// What a study may wait for.
    package enum Reason: String, Sendable, Hashable {
        /// A cleaner hour.
        case hour
        /// The day after one whose energy is spent.
        case budget
    }

    /// Where the event first stood.
    package let origin: RecordPosition
    /// When that record was made; nil when it did not say.
    package let timestamp: Timestamp?
    /// When it was decided.
    package let decided: Timestamp
    /// The cleaner hour.
    package let notBefore: Timestamp
    /// Grams of CO2 equivalent a kilowatt hour when it was decided: the counterfactual. Nil when
    /// it was not known.
    package let intensity: Double?
    /// The same at the cleaner hour, by the forecast.
    package let expected: Double?
    /// What it waits for.
    package let reason: Reason

    package init(
        origin: RecordPosition, timestamp: Timestamp?, decided: Timestamp, notBefore: Timestamp,
        intensity: Double?, expected: Double?, reason: Reason = .hour
    ) {
        self.reason = reason
        self.origin = origin
        self.timestamp = timestamp
        self.decided = decided
        self.notBefore = notBefore
        self.intensity = intensity
        self.expected = expected
    }

    /// Reads the note; unknown members are passed over.
    package init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "note")
        origin = try RecordPosition(reader: reader)
        timestamp = try reader.optional("timestamp", Member.time)
        decided = try reader.required("decided", Member.time)
        notBefore = try reader.required("not_before", Member.time)
        intensity = try reader.optional("intensity_g_per_kwh", Member.intensity)
        expected = try reader.optional("expected_g_per_kwh", Member.intensity)
        reason = try reader.required("reason", Member.string) == "budget" ? .budget : .hour
    }

    /// The note among a record's headers; nil when there is none or it is malformed.
    init?(_ headers: [RecordHeader]) {
        let limits = JSONLimits(bytes: 4096, depth: 2, values: 20)
        guard let value = headers.last(where: { $0.name == Self.name })?.value,
            let json = try? JSONParser.parse(value, limits: limits),
            let note = try? DeferralNote(json: json)
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
        object["decided"] = decided.json
        object["not_before"] = notBefore.json
        object.set("intensity_g_per_kwh", intensity)
        object.set("expected_g_per_kwh", expected)
        object["reason"] = .string(reason.rawValue)
        return RecordHeader(Self.name, JSONWriter.text(.object(object)))
    }

    /// Headers without any note.
    static func removed(from headers: [RecordHeader]) -> [RecordHeader] {
        headers.filter { $0.name != name }
    }
}

extension Member {
    /// Grams a kilowatt hour that a grid can have.
    static func intensity(_ value: JSONValue) -> Double? {
        value.doubleValue.flatMap { (0...2000).contains($0) ? $0 : nil }
    }
}
