internal import Files
internal import HL7
package import VigilCore

/// What a message of HL7 becomes at a role that listens, for a person to look at.
package struct InboundPreview {
    /// What its sender would be told, what becomes of each part, and the records.
    package let listing: JSONValue

    /// From a file with a message as it is on the wire, with a frame or without. Nil when it is no
    /// message, or no role of the configuration listens for HL7.
    package init?(file path: String, settings: GatewaySettings) throws(GatewayError) {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try FileHead.read(path, bytesMax: HL7Message.bytesMax)
        } catch {
            throw .unreadable("errno \(error.errno)")
        }
        let frame = bytes.filter { !(MLLPFrames.end.prefix(1) + [MLLPFrames.start]).contains($0) }
        guard let message = HL7Message(frame),
            let messages = settings.roles.lazy.compactMap(\.messages).first
        else { return nil }
        let records = MessageRecords(
            settings: messages, topics: settings.topics,
            pseudonymKey: settings.studies.pseudonymKey, partitions: 1)
        let envelope = HL7Envelope(message)
        do throws(HL7Fault) {
            let content = HL7Content(
                message, kind: try envelope.kind(), rules: messages.rules)
            let made = records.make(content, of: envelope, time: Timestamp(milliseconds: 0))
            listing = [
                "fault": .null, "parts": Self.parts(made.parts),
                "records": .array(made.records.map(Self.listing)),
            ]
        } catch {
            listing = ["fault": .string(error.rawValue), "parts": [:], "records": []]
        }
    }

    private static func parts(_ counts: [HL7Part: Int]) -> JSONValue {
        var object = JSONObject()
        for part in HL7Part.allCases {
            object[part.rawValue] = counts[part].map { .integer(Int64($0)) }
        }
        return .object(object)
    }

    private static func listing(_ record: OutboundRecord) -> JSONValue {
        [
            "topic": .string(record.topic),
            "key": .string(String(decoding: record.key ?? [], as: UTF8.self)),
            "value": record.value.flatMap { try? JSONParser.parse($0) } ?? .null,
        ]
    }
}
