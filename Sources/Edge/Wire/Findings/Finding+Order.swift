internal import VigilCore

extension Finding.Order {
    /// The member `worklist`.
    var worklistMembers: JSONObject {
        var object = JSONObject()
        object.set("known", isKnown)
        object.set("highest_order", safe: highest)
        if let lowered { object.set("lowered", members: lowered.members) }
        return object
    }

    /// From a record's top level.
    init(reader: MemberReader) throws(WireError) {
        let worklist = try reader.requiredMember("worklist")
        let ordered = try reader.required("ordered_priority", Member.priority)
        guard try worklist.required("highest_order", Member.priority) == ordered else {
            throw .badRecord("worklist.highest_order is not ordered_priority")
        }
        self.init(
            highest: ordered, ofEvent: try reader.optional("event_priority", Member.priority),
            before: try reader.requiredMember("decision")
                .optional("highest_order", Member.priority),
            isKnown: try worklist.required("known", Member.bool),
            lowered: try worklist.member("lowered", Finding.Lowering.init(reader:)))
    }
}

extension Finding.Lowering {
    fileprivate var members: JSONObject {
        var object = JSONObject()
        object.set("from", safe: from)
        object.set("to", safe: to)
        object.set("source", text: source)
        object.set("reason", text: reason)
        object.set("at", safe: at)
        return object
    }

    fileprivate init(reader: MemberReader) throws(WireError) {
        self.init(
            from: try reader.required("from", Member.priority),
            to: try reader.required("to", Member.priority),
            source: try reader.required("source", Member.string),
            reason: try reader.required("reason", Member.word),
            at: try reader.required("at", Member.time))
    }
}
