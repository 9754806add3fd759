import Foundation
import VigilCore

/// A record of the input topic: a study event as the issue has it at least, or something worse.
struct StudyMessage: Sendable {
    /// The `ce_id`, or what stands for it where a message has none.
    let id: String
    /// The record's key: the study's UID, as senders are told; another to scatter a study's events.
    var key: String
    var value: [UInt8]?
    var headers: [RecordHeader]

    /// The header by which a message without a usable `ce_id` is found again.
    static let tag = "test-message"

    /// The least event that must be taken.
    ///
    /// - Parameter study: nil for one of its own, since the orders of one study hold together.
    init(
        _ id: String, files: [String], priority: String = "routine", study: String? = nil
    ) {
        let study = study ?? Self.study(of: id)
        let uris = files.map { "{\"uri\":\"file://\($0)\"}" }.joined(separator: ",")
        self.init(
            id,
            body: "{\"study\":{\"uid\":\"\(study)\"},\"priority\":\"\(priority)\","
                + "\"instances\":[\(uris)]}")
        key = study
    }

    /// A study that no other message names.
    static func study(of id: String) -> String {
        let number = id.utf8.reduce(UInt64(1)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return "1.2.826.0.1.3680043.8.498.\(number)"
    }

    /// An event with a body of any kind.
    init(_ id: String, body: String?) {
        self.id = id
        key = id
        value = body.map { Array($0.utf8) }
        headers = [
            RecordHeader("ce_specversion", "1.0"), RecordHeader("ce_id", id),
            RecordHeader("ce_source", "urn:test:ris"),
            RecordHeader("ce_type", "org.vigil.study.received.v1"),
        ]
    }

    /// An event in CloudEvents' structured mode.
    init(structured id: String, files: [String], priority: String = "routine") {
        let least = StudyMessage(id, files: files, priority: priority)
        let data = String(decoding: least.value ?? [], as: UTF8.self)
        self.id = id
        key = least.key
        value = Array(
            """
            {"specversion":"1.0","id":"\(id)","source":"urn:test:ris",\
            "type":"org.vigil.study.received.v1","datacontenttype":"application/json",\
            "data":\(data)}
            """.utf8)
        headers = [
            RecordHeader("content-type", "application/cloudevents+json; charset=UTF-8"),
            RecordHeader(Self.tag, id),
        ]
    }

    /// The message without one of its headers, tagged instead.
    func without(_ header: String) -> StudyMessage {
        var copy = self
        copy.headers.removeAll { $0.name == header }
        copy.headers.append(RecordHeader(Self.tag, id))
        return copy
    }

    /// The message with another value of a header.
    func with(_ header: String, _ value: String) -> StudyMessage {
        var copy = self
        copy.headers.removeAll { $0.name == header }
        copy.headers.append(RecordHeader(header, value))
        return copy
    }

    /// The message under another key.
    func keyed(by key: String) -> StudyMessage {
        var copy = self
        copy.key = key
        return copy
    }

    /// The record.
    func record(topic: String) -> OutboundRecord {
        OutboundRecord(topic: topic, key: Array(key.utf8), value: value, headers: headers)
    }
}

extension InboundRecord {
    /// The text of the last header of a name.
    func header(_ name: String) -> String? {
        headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }
}
