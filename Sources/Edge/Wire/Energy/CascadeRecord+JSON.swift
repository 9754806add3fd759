internal import VigilCore

extension CascadeRecord {
    /// As it stands in records.
    var members: JSONObject {
        var object = JSONObject()
        object.set("decision", text: decision)
        object.set("small_model_digest", safe: small)
        object.set("saved_joules", saved.value)
        return object
    }

    init(reader: MemberReader) throws(WireError) {
        self.init(
            decision: try reader.required("decision", Member.string),
            small: try reader.required("small_model_digest", Member.digest),
            saved: Joules(try reader.required("saved_joules", Member.double)))
    }
}
