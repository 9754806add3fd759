internal import VigilCore

extension DeferralRecord {
    /// As it stands in records.
    var members: JSONObject {
        var object = JSONObject()
        object.set("not_before", safe: notBefore)
        object.set("waited_s", seconds: waited)
        object.set("ended_by", text: end)
        object.set("intensity_g_per_kwh", intensity)
        object.set("saved_grams", saved)
        return object
    }

    init(reader: MemberReader) throws(WireError) {
        self.init(
            notBefore: try reader.required("not_before", Member.time),
            waited: try reader.required("waited_s", Member.seconds),
            end: try reader.required("ended_by", Member.string),
            intensity: try reader.optional("intensity_g_per_kwh", Member.intensity),
            saved: try reader.optional("saved_grams", Member.double))
    }
}
