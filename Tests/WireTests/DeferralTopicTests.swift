import Testing
import VigilCore
import Wire

/// Events that wait for a cleaner hour.
struct DeferralTopicTests {
    private let topic = DeferralTopic(input: "in")
    private let record = InboundRecord(
        position: RecordPosition(topic: "in", partition: 3, offset: 41), key: [1],
        value: [2, 0xff], headers: [RecordHeader("ce_id", "a"), RecordHeader("other", "b")],
        timestamp: Timestamp(microseconds: 5_000_000))

    private var note: DeferralNote {
        DeferralNote(
            origin: record.position, timestamp: record.timestamp,
            decided: Timestamp(microseconds: 6_000_000),
            notBefore: Timestamp(microseconds: 7_200_000_000), intensity: 310.5, expected: 142)
    }

    private func read(_ record: OutboundRecord) -> InboundRecord {
        InboundRecord(
            position: RecordPosition(topic: record.topic, partition: 0, offset: 7),
            key: record.key, value: record.value, headers: record.headers,
            timestamp: Timestamp(microseconds: 9_000_000))
    }

    @Test("an event comes back as it was, with what was decided")
    func way() {
        let sent = topic.record(record, note)
        #expect(sent.topic == "in.deferred" && sent.key == [1] && sent.value == [2, 0xff])
        #expect(Array(sent.headers.prefix(2)) == record.headers && sent.headers.count == 3)
        let back = read(sent)
        #expect(topic.note(of: back) == note)
        let original = topic.original(of: back)
        #expect(original.position == record.position && original.headers == record.headers)
        #expect(original.timestamp == record.timestamp)
        #expect(topic.record(back, note).headers.count == 3)
    }

    @Test("the header is the one of the schema")
    func schema() throws {
        let header = try #require(topic.record(record, note).headers.last)
        #expect(header.name == "vigil-deferral")
        let validator = SchemaValidator(root: try SchemaFiles.schema("deferral"))
        #expect(try validator.accepts(try JSONParser.parse(header.value ?? []), at: "#"))
    }

    @Test("on another topic the note means nothing, and a malformed one is none")
    func forged() {
        let elsewhere = InboundRecord(
            position: record.position, key: nil, value: nil,
            headers: topic.record(record, note).headers, timestamp: nil)
        #expect(topic.note(of: elsewhere) == nil)
        let malformed = InboundRecord(
            position: RecordPosition(topic: "in.deferred", partition: 0, offset: 0), key: nil,
            value: nil, headers: [RecordHeader("vigil-deferral", "{}")], timestamp: nil)
        #expect(topic.note(of: malformed) == nil)
        #expect(topic.original(of: malformed).position.topic == "in.deferred")
    }
}
