package import VigilCore

/// What an energy record tells of a study that a small model was shown first.
package struct CascadeRecord: Sendable, Hashable {
    /// `small`, `large`, or `budget`: the small one, because the day's energy is spent.
    package var decision: String
    /// The small model.
    package var small: Digest
    /// Joules saved against the large model alone, by both models' calibration; negative when both
    /// ran.
    package var saved: Joules

    package init(decision: String, small: Digest, saved: Joules) {
        self.decision = decision
        self.small = small
        self.saved = saved
    }

    /// As it stands in records.
    var members: JSONObject {
        var object = JSONObject()
        object.set("decision", text: decision)
        object.set("small_model_digest", safe: small)
        object.set("saved_joules", saved.value)
        return object
    }

    init(reader: MemberReader) throws(WireError) {
        decision = try reader.required("decision", Member.string)
        small = try reader.required("small_model_digest", Member.digest)
        saved = Joules(try reader.required("saved_joules", Member.double))
    }
}
