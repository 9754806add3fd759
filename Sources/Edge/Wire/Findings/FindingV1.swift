package import VigilCore

/// A finding as version 1 of its schema has it: what the last release wrote, and what its readers
/// are still sent for as long as the settings name a topic of version 1.
package enum FindingV1 {
    /// What version 1 says of a record; nil where it can say nothing: of a study that was not
    /// assessed. A finding that the model abstained from is left out of it.
    package static func json(of record: Finding) -> JSONValue? {
        guard var object = members(record) else { return nil }
        object.set("record_digest", safe: Digest(of: JSONWriter.bytes(.object(object))))
        object.set("run", members: record.run.members)
        return .object(object)
    }

    /// The `record_digest` of version 1; nil where it can say nothing.
    package static func digest(of record: Finding) -> Digest? {
        members(record).map { Digest(of: JSONWriter.bytes(.object($0))) }
    }

    private static func members(_ record: Finding) -> JSONObject? {
        guard let assessed = record.assessed else { return nil }
        var object = JSONObject()
        object.set("finding_id", safe: record.findingID)
        object.set(
            "study",
            ["uid": .string(record.study.sensitiveValue), "pseudonym": record.pseudonym.json])
        object.set(
            "event", ["id": .string(record.cause.id), "source": .string(record.cause.source)])
        object.set("ordered_priority", safe: record.priority.ordered)
        object.set("ai_priority", safe: record.priority.ai)
        object.set("effective_priority", safe: record.priority.effective)
        object.set("urgency", record.urgency)
        object.set("validated", assessed.model.isValidated)
        object.set("intended_use", text: assessed.model.intendedUse)
        object.set("reasons", list: record.reasons.map(\.json))
        object.set("findings", .array(assessed.findings.compactMap(result)))
        object.set("model", .object(assessed.model.members))
        object.set("preprocessing_digest", safe: assessed.preprocessing)
        object.set("prompt_set_digest", safe: assessed.prompts)
        object.set("policy_digest", safe: record.decision.policy?.digest)
        object.set("output_digest", safe: assessed.output)
        object.set("numeric_mode", text: assessed.numericMode)
        object.set("instances", .array(record.instances.map { .object($0.members) }))
        if let revision = record.revision { object.set("revision", members: revision.membersV1) }
        return object
    }

    private static func result(_ result: Finding.Result) -> JSONValue? {
        switch result.answer {
        case .abstained: nil
        case .flagged, .notFlagged:
            .object(result.members { $1.set("positive", $0 == .flagged) })
        }
    }

    /// Reads a record of version 1. What was ordered before is not known of it.
    static func read(_ json: JSONValue) throws(WireError) -> Finding {
        let reader = try MemberReader(json, "record")
        let study = try reader.requiredMember("study")
        let revision = try reader.member("revision", Finding.Revision.init(reader:))
        let run = try reader.member("run", Finding.Run.init(reader:)) ?? Finding.Run()
        let ordered = try reader.required("ordered_priority", Member.priority)
        var decision = Finding.Decision()
        decision.decidedAt = run.timeline.inferEnd ?? run.timeline.published
        decision.policy = try reader.optional("policy_digest", Member.digest)
            .map { Finding.Input(digest: $0) }
        let instances = try reader.elements("instances", Finding.Instance.init(reader:))
        guard !instances.isEmpty else { throw .badRecord("instances is missing or empty") }
        return Finding(
            findingID: try reader.required("finding_id", Member.uuid),
            study: try study.required("uid", Member.uid),
            pseudonym: try study.required("pseudonym", Member.pseudonym),
            cause: try EventIdentity(reader: try reader.requiredMember("event")),
            priority: try Finding.Priorities(
                order: Finding.Order(
                    highest: ordered, ofEvent: revision == nil ? ordered : nil),
                reader: reader),
            urgency: try reader.optional("urgency", Member.unit),
            reasons: try reader.elements("reasons", Finding.Reason.init(reader:)),
            decision: decision,
            assessed: try Finding.Assessed(reader: reader) { (reader) throws(WireError) in
                try Finding.Result(
                    reader: reader,
                    answer: try reader.required("positive", Member.bool) ? .flagged : .notFlagged)
            }, instances: instances, revision: revision, run: run)
    }
}

extension Finding.Revision {
    /// As version 1 has it, whose reasons for reading a study again are fewer.
    fileprivate var membersV1: JSONObject {
        var copy = self
        if ![.complete, .timedOut, .crowded].contains(closing) { copy.closing = .late }
        return copy.members
    }
}
