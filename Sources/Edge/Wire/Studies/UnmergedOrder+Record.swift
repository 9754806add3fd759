package import VigilCore

/// What stands in `radiology.worklist.order.v1` beside a study's order.
extension UnmergedOrder {
    /// The members of the record's JSON, in their fixed order.
    var members: JSONObject {
        var object = JSONObject()
        object.set("order", safe: priority)
        object.set("position", position.json)
        return object
    }

    /// Reads the members; unknown ones are passed over.
    package init(json: JSONValue) throws(WireError) {
        try self.init(reader: MemberReader(json, "order"))
    }

    init(reader: MemberReader) throws(WireError) {
        self.init(
            priority: try reader.required("order", Member.priority),
            position: try RecordPosition(reader: try reader.requiredMember("position")))
    }
}
