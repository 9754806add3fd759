package import VigilCore

/// A study as an event of the input topic: the least body that a worker takes, and the headers of a
/// CloudEvent in binary mode.
package struct StudyMessage: Sendable {
    package let headers: [(name: String, value: String)]
    package let body: JSONValue

    /// The event of a study whose files are at these absolute paths.
    ///
    /// - Parameter eventID: names the event; a study may have several.
    package init(_ blueprint: Blueprint, paths: [String], eventID: String, priority: Priority) {
        headers = [
            ("ce_specversion", "1.0"), ("ce_id", eventID), ("ce_source", "urn:vigil:synth"),
            ("ce_type", "org.vigil.study.received.v1"), ("ce_time", blueprint.taken),
            ("content-type", "application/json"),
        ]
        body = [
            "study": ["uid": .string(blueprint.studyUID)],
            "priority": .string(priority.rawValue),
            "instances": .array(paths.map { ["uri": .string(Self.uri($0))] }),
        ]
    }

    /// Headers and body as one JSON object, for files of events.
    package var line: JSONValue {
        var named = JSONObject()
        for (name, value) in headers { named[name] = .string(value) }
        return ["headers": .object(named), "body": body]
    }

    /// The record that a topic takes, keyed by the study's UID: its partition owns the study.
    package func record(topic: String) -> OutboundRecord {
        let uid = body["study"]?["uid"]?.stringValue ?? ""
        return OutboundRecord(
            topic: topic, key: Array(uid.utf8),
            value: JSONWriter.bytes(body),
            headers: headers.map { RecordHeader($0.name, $0.value) })
    }

    /// The `file:` URI of an absolute path (RFC 8089).
    static func uri(_ path: String) -> String {
        let plain = Set("/-._~".utf8)
        let escaped = path.utf8.map { byte -> String in
            let character = Character(UnicodeScalar(byte))
            let isPlain = byte < 128 && (character.isLetter || character.isNumber)
            return isPlain || plain.contains(byte)
                ? String(character) : "%" + Hex.encode([byte]).uppercased()
        }
        return "file://" + escaped.joined()
    }
}
