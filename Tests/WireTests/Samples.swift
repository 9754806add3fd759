import Testing
import VigilCore
import Wire

/// Records and values that several tests share.
enum Samples {
    /// The topic that events come by unless the settings say otherwise.
    static let studyTopic = "radiology.study.received.v1"
    static let key: [UInt8] = Array("a secret of the tests".utf8)
    static let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    static func pseudonym(_ text: String) throws -> Pseudonym {
        Pseudonym(of: try #require(DicomUID(text)), key: key)
    }

    static func inbound(
        value: [UInt8]?, headers: [RecordHeader], key: [UInt8]? = nil,
        topic: String = Samples.studyTopic
    ) -> InboundRecord {
        InboundRecord(
            position: RecordPosition(topic: topic, partition: 2, offset: 41), key: key,
            value: value, headers: headers, timestamp: Timestamp(milliseconds: 1_795_500_000_123))
    }

    static func inbound(_ record: OutboundRecord) -> InboundRecord {
        inbound(
            value: record.value, headers: record.headers, key: record.key, topic: record.topic)
    }

    /// The headers of the least event, some replaced, added or (with nil) taken away.
    static func eventHeaders(_ changes: [String: String?] = [:]) -> [RecordHeader] {
        var attributes = [
            "ce_specversion": "1.0", "ce_id": "event-1", "ce_source": "urn:hospital:pacs",
            "ce_type": WireNames.studyType,
        ]
        for (name, value) in changes { attributes[name] = value }
        return attributes.sorted { $0.key < $1.key }.map { RecordHeader($0.key, $0.value) }
    }

    static let leastBody =
        #"{"study":{"uid":"1.2.3"},"priority":"stat","instances":[{"uri":"file:///in/a.dcm"}]}"#

    static func event(
        _ body: String = leastBody, _ changes: [String: String?] = [:],
        topic: String = Samples.studyTopic
    ) -> InboundRecord {
        inbound(value: Array(body.utf8), headers: eventHeaders(changes), topic: topic)
    }

    /// The error that a call throws, or nil.
    static func error<Value>(_ body: () throws(WireError) -> Value) -> WireError? {
        do throws(WireError) {
            _ = try body()
            return nil
        } catch { return error }
    }
}
