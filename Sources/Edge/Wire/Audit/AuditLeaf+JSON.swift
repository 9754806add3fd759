package import VigilCore

extension AuditLeaf {
    /// The bytes that the tree hashes and Kafka keeps.
    package var bytes: [UInt8] { JSONWriter.bytes(.object(members)) }

    private var members: JSONObject {
        var object = JSONObject()
        object.set("tree", safe: tree)
        object.set("index", .integer(index))
        object.set("at", safe: at)
        object.set("event", safe: event.name)
        switch event {
        case .start(let start): start.write(into: &object)
        case .stop: break
        case .outcome(let outcome): outcome.write(into: &object)
        case .orders(let records): object.set("records", list: records.map(\.json))
        }
        return object
    }
}

extension AuditLeaf.Event {
    /// The word for it.
    fileprivate var name: SafeText {
        switch self {
        case .start: "start"
        case .stop: "stop"
        case .outcome: "outcome"
        case .orders: "orders"
        }
    }
}

extension AuditLeaf.Record {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.set("topic", safe: topic)
        object.set("sha256", safe: digest)
        return .object(object)
    }
}

extension AuditStart {
    fileprivate func write(into object: inout JSONObject) {
        object.set("version", safe: version)
        object.set("predecessor", safe: predecessor)
        var digests = JSONObject()
        for part in Part.allCases {
            guard let digest = parts[part] else { continue }
            _ = digests.appendIfNew(part.rawValue, .string(digest.hex))
        }
        object.set("parts", members: digests)
    }
}

extension AuditOutcome {
    fileprivate func write(into object: inout JSONObject) {
        object.set("kind", safe: kind)
        object.set("study", safe: study)
        object.set("finding_id", safe: finding)
        object.set("revision", revision)
        object.set("events", list: events.map(\.auditJSON))
        object.set("records", list: records.map(\.json))
    }
}

extension RecordPosition {
    fileprivate var auditJSON: JSONValue {
        var object = JSONObject()
        object.set("topic", text: topic)
        object.set("partition", Int(partition))
        object.set("offset", .integer(offset))
        return .object(object)
    }
}
