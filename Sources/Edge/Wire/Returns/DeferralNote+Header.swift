package import VigilCore

/// The note in the header `vigil-deferral` of an event on the deferral topic.
extension DeferralNote: HeaderNote {
    static let headerName = "vigil-deferral"

    /// Reads the note; unknown members are passed over.
    package init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "note")
        self.init(
            origin: try RecordPosition(reader: reader),
            timestamp: try reader.optional("timestamp", Member.time),
            decided: try reader.required("decided", Member.time),
            notBefore: try reader.required("not_before", Member.time),
            intensity: try reader.optional("intensity_g_per_kwh", Member.intensity),
            expected: try reader.optional("expected_g_per_kwh", Member.intensity),
            reason: try reader.required("reason", Member.string) == "budget" ? .budget : .hour)
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
