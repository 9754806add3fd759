internal import VigilCore

extension Finding.Decision {
    /// - Parameter order: what was ordered.
    /// - Parameter isDeterministic: leaves out when it was decided.
    func members(_ order: Finding.Order, isDeterministic: Bool) -> JSONObject {
        var object = JSONObject()
        if !isDeterministic { object.set("decided_at", safe: decidedAt) }
        object.set("highest_order", safe: order.before)
        object.set("policy", policy?.json)
        object.set("calibration", calibration?.json)
        if isUncalibrated { object.set("uncalibrated", text: "legacy") }
        object.set("envelope", envelope?.json)
        object.set("control", control?.json)
        object.set("alarms", list: alarms.map { .object($0.members) })
        context?.write(into: &object)
        object.set("gates", list: gates.map { .object($0.members) })
        return object
    }

    init(reader: MemberReader) throws(WireError) {
        self.init()
        decidedAt = try reader.required("decided_at", Member.time)
        policy = try reader.member("policy", Finding.Input.init(reader:))
        calibration = try reader.member("calibration", Finding.Input.init(reader:))
        isUncalibrated =
            try reader.optional("uncalibrated") { ["legacy": true][$0.stringValue ?? ""] } ?? false
        envelope = try reader.member("envelope", Finding.Input.init(reader:))
        control = try reader.member("control", Finding.Input.init(reader:))
        alarms = try reader.elements("alarms", Finding.Alarm.init(reader:))
        context = try Finding.Context.read(reader)
        gates = try reader.elements("gates", Finding.Gate.init(reader:))
    }
}

extension Finding.Input {
    var json: JSONValue {
        var object = JSONObject()
        object.set("digest", safe: digest)
        object.set("valid_from", safe: validFrom)
        object.set("valid_until", safe: validUntil)
        return .object(object)
    }

    init(reader: MemberReader) throws(WireError) {
        self.init(
            digest: try reader.required("digest", Member.digest),
            validFrom: try reader.optional("valid_from", Member.time),
            validUntil: try reader.optional("valid_until", Member.time))
    }
}

extension Finding.Alarm {
    fileprivate var members: JSONObject {
        var object = JSONObject()
        object.set("alarm", safe: cause?.id)
        object.set("record", safe: cause?.record)
        object.set("calibration", safe: calibration)
        object.set("finding", text: finding)
        return object
    }

    fileprivate init(reader: MemberReader) throws(WireError) {
        var cause: Cause?
        if let id = try reader.optional("alarm", Member.uuid) {
            cause = Cause(id: id, record: try reader.required("record", Member.digest))
        }
        self.init(
            cause: cause, calibration: try reader.required("calibration", Member.digest),
            finding: try reader.optional("finding", Member.string))
    }
}

extension Finding.Gate {
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
