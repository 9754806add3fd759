package import VigilCore

/// What an event on the deferral topic says of itself, in the header `vigil-deferral`: where it
/// first stood, until when it waits and what for, and what the grid was like when that was
/// decided. Holds nothing of a patient.
package struct DeferralNote: HeaderNote, Sendable, Hashable {
    static let headerName = "vigil-deferral"

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

    func addMembers(to object: inout JSONObject) {
        object["decided"] = decided.json
        object["not_before"] = notBefore.json
        object.set("intensity_g_per_kwh", intensity)
        object.set("expected_g_per_kwh", expected)
        object["reason"] = .string(reason.rawValue)
    }
}

extension Member {
    /// Grams a kilowatt hour that a grid can have.
    static func intensity(_ value: JSONValue) -> Double? {
        value.doubleValue.flatMap { (0...2000).contains($0) ? $0 : nil }
    }
}
