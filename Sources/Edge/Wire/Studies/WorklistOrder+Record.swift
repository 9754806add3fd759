package import VigilCore

/// A study's order as `radiology.worklist.order.v1` holds it, under the study's pseudonym.
extension WorklistOrder {
    /// The members of the record's JSON, in their fixed order.
    var members: JSONObject {
        var object = JSONObject()
        object.set("highest_order", safe: highest)
        if let lowering {
            var lowered = JSONObject()
            lowered.set("number", lowering.number)
            lowered.set("from", safe: lowering.from)
            lowered.set("to", safe: lowering.to)
            lowered.set("source", text: lowering.source)
            lowered.set("reason", text: lowering.reason)
            lowered.set("at", safe: lowering.at)
            lowered.set("position", lowering.position.json)
            object.set("lowered", .object(lowered))
        }
        let parts = merged.sorted { $0.key < $1.key }.map {
            UnmergedOrder(priority: $0.key, position: $0.value)
        }
        object.set("merged", list: parts.map { .object($0.members) })
        return object
    }

    /// Reads the members; unknown ones are passed over.
    package init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "order")
        let highest = try reader.required("highest_order", Member.priority)
        let lowering = try reader.member("lowered") { (reader) throws(WireError) in
            Lowering(
                number: try reader.required("number") {
                    Member.count($0).flatMap { (1...1_000_000).contains($0) ? $0 : nil }
                },
                from: try reader.required("from", Member.priority),
                to: try reader.required("to", Member.priority),
                source: try reader.required("source", Member.string),
                reason: try reader.required("reason") {
                    $0.stringValue.flatMap { StudyOrder.isReason($0) ? $0 : nil }
                },
                at: try reader.required("at", Member.time),
                position: try RecordPosition(reader: try reader.requiredMember("position")))
        }
        let merged = try reader.elements("merged", UnmergedOrder.init(reader:))
        self.init(
            highest: highest, lowering: lowering,
            merged: Dictionary(merged.map { ($0.priority, $0.position) }) { $1 })
    }
}
