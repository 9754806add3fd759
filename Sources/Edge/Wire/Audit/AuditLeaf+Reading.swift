internal import VigilCore

extension AuditLeaf {
    /// The leaf of a record's JSON.
    init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "the record")
        self.init(
            tree: try reader.required("tree") { $0.stringValue.flatMap { AuditTreeName($0) } },
            index: try reader.required("index") { Member.whole($0)?.within(0...Int64.max - 1) },
            at: try reader.required("at", Member.time), event: try Event(reader))
    }
}

extension AuditLeaf.Event {
    fileprivate init(_ reader: MemberReader) throws(WireError) {
        switch try reader.required("event", Member.string) {
        case "start": self = .start(try AuditStart(reader))
        case "stop": self = .stop
        case "outcome": self = .outcome(try AuditOutcome(reader))
        case "orders": self = .orders(try reader.elements("records", AuditLeaf.Record.init))
        default: throw .badRecord("event is malformed")
        }
    }
}

extension AuditLeaf.Record {
    fileprivate init(_ reader: MemberReader) throws(WireError) {
        self.init(
            topic: try reader.required("topic", Member.topic),
            digest: try reader.optional("sha256", Member.digest))
    }
}

extension AuditStart {
    fileprivate init(_ reader: MemberReader) throws(WireError) {
        var parts: [Part: Digest] = [:]
        for member in try reader.optional("parts", \.objectValue)?.members ?? [] {
            guard let part = Part(rawValue: member.name), let digest = Member.digest(member.value)
            else { throw .badRecord("parts is malformed") }
            parts[part] = digest
        }
        self.init(
            version: try reader.required("version", Member.version),
            predecessor: try reader.required("predecessor") {
                $0.stringValue.flatMap { Predecessor(rawValue: $0) }
            }, parts: parts)
    }
}

extension AuditOutcome {
    fileprivate init(_ reader: MemberReader) throws(WireError) {
        self.init(
            try reader.required("kind") { $0.stringValue.flatMap { Kind(rawValue: $0) } },
            study: try reader.optional("study", Member.pseudonym),
            finding: try reader.optional("finding_id", Member.uuid),
            revision: try reader.optional("revision", Member.count),
            events: try reader.elements("events") { (event) throws(WireError) in
                guard
                    let position = RecordPosition(
                        told: try event.required("topic", Member.string),
                        partition: try event.required("partition", Member.whole),
                        offset: try event.required("offset", Member.whole))
                else { throw .badRecord("events holds what is no position") }
                return position
            },
            records: try reader.elements("records", AuditLeaf.Record.init))
    }
}

extension Member {
    /// A name that Kafka takes for a topic, and so one of few letters.
    fileprivate static func topic(_ value: JSONValue) -> SafeText? {
        value.stringValue.flatMap {
            RecordPosition.isLegal(topic: $0) ? SafeText(operatorProvided: $0) : nil
        }
    }

    /// A version of Vigil: letters, digits, dots, plus and dash, and not many.
    fileprivate static func version(_ value: JSONValue) -> SafeText? {
        value.stringValue.flatMap { text in
            let isPlain = text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
            return isPlain && (1...64).contains(text.utf8.count)
                ? SafeText(operatorProvided: text) : nil
        }
    }
}
