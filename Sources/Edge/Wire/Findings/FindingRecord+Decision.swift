package import VigilCore

extension FindingRecord {
    /// What the decision hung on besides the images and the model, so that a replay reads it here
    /// and asks no clock and no topic. The order as it stood is ``Order/before``.
    package struct Decision: Sendable, Hashable {
        /// When it was decided, by the worker's clock; nil until the record is published.
        package var decidedAt: Timestamp?
        /// The triage policy's table.
        package var policy: Input?
        /// The site's calibration.
        package var calibration: Input?
        /// What may be changed without a new evaluation.
        package var envelope: Input?
        /// The state of the control topic.
        package var control: Input?
        /// What each gate said, in order.
        package var gates: [Gate] = []

        package init() {}
    }

    /// A file or state that a decision was made by.
    package struct Input: Sendable, Hashable {
        package let digest: Digest
        /// From when until when it holds; nil: without such a bound.
        package let validFrom: Timestamp?
        package let validUntil: Timestamp?

        package init(digest: Digest, validFrom: Timestamp? = nil, validUntil: Timestamp? = nil) {
            self.digest = digest
            self.validFrom = validFrom
            self.validUntil = validUntil
        }
    }

    /// What one gate said, of the study or of some of its instances.
    package struct Gate: Sendable, Hashable {
        /// What a gate can say.
        package enum Verdict: String, Sendable, Hashable, CaseIterable, SafeToLog {
            case taken
            case leftOut = "left_out"
            case unknown
            case refused
        }

        /// Which gate, a word in snake case such as `identity`.
        package let name: String
        package let verdict: Verdict
        /// Why, a word of ``LeftOut/Reason``; nil where there is nothing to say.
        package let reason: String?
        /// How many instances it is said of; nil: of the study.
        package let instances: Int?
        /// What it was judged by, as words and numbers by their names, such as the modality.
        package let facts: [String: String]

        package init(
            _ name: String, _ verdict: Verdict, reason: String? = nil, instances: Int? = nil,
            facts: [String: String] = [:]
        ) {
            self.name = name
            self.verdict = verdict
            self.reason = reason
            self.instances = instances
            self.facts = facts
        }
    }
}

extension FindingRecord.Decision {
    /// - Parameter order: what was ordered.
    /// - Parameter isDeterministic: leaves out when it was decided.
    func members(_ order: FindingRecord.Order, isDeterministic: Bool) -> JSONObject {
        var object = JSONObject()
        if !isDeterministic { object.set("decided_at", safe: decidedAt) }
        object.set("highest_order", safe: order.before)
        object.set("policy", policy?.json)
        object.set("calibration", calibration?.json)
        object.set("envelope", envelope?.json)
        object.set("control", control?.json)
        object.set("gates", list: gates.map { .object($0.members) })
        return object
    }

    init(reader: MemberReader) throws(WireError) {
        decidedAt = try reader.required("decided_at", Member.time)
        policy = try reader.member("policy", FindingRecord.Input.init(reader:))
        calibration = try reader.member("calibration", FindingRecord.Input.init(reader:))
        envelope = try reader.member("envelope", FindingRecord.Input.init(reader:))
        control = try reader.member("control", FindingRecord.Input.init(reader:))
        gates = try reader.elements("gates", FindingRecord.Gate.init(reader:))
    }
}

extension FindingRecord.Input {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.set("digest", safe: digest)
        object.set("valid_from", safe: validFrom)
        object.set("valid_until", safe: validUntil)
        return .object(object)
    }

    fileprivate init(reader: MemberReader) throws(WireError) {
        self.init(
            digest: try reader.required("digest", Member.digest),
            validFrom: try reader.optional("valid_from", Member.time),
            validUntil: try reader.optional("valid_until", Member.time))
    }
}

extension FindingRecord.Gate {
    fileprivate var members: JSONObject {
        var object = JSONObject()
        object.set("gate", text: name)
        object.set("verdict", safe: verdict)
        object.set("reason", text: reason)
        object.set("instances", instances)
        var members = JSONObject()
        for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
            _ = members.appendIfNew(name, .string(value))
        }
        object.set("facts", members: members)
        return object
    }

    fileprivate init(reader: MemberReader) throws(WireError) {
        var facts: [String: String] = [:]
        for member in try reader.optional("facts", \.objectValue)?.members ?? [] {
            guard let text = member.value.stringValue else {
                throw .badRecord("facts holds a value that is no text")
            }
            facts[member.name] = text
        }
        self.init(
            try reader.required("gate", Member.word),
            try reader.required("verdict") { $0.stringValue.flatMap { Verdict(rawValue: $0) } },
            reason: try reader.optional("reason", Member.word),
            instances: try reader.optional("instances", Member.count), facts: facts)
    }
}
