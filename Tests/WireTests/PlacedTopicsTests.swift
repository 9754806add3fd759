import Testing
import VigilCore
import Wire

@Suite("Topics of placed events")
struct PlacedTopicsTests {
    private let topics = PlacedTopics(input: "in", hasUrgent: true)
    private let study: Pseudonym

    init() throws {
        study = try #require(Pseudonym(hex: String(repeating: "0a", count: 16)))
    }

    private func record(isStampedByBroker: Bool = false) -> InboundRecord {
        InboundRecord(
            position: RecordPosition(topic: "in", partition: 2, offset: 41), key: [1, 0xff],
            value: [2, 0xfe], headers: [RecordHeader("ce_id", "7"), RecordHeader("x", nil)],
            timestamp: Timestamp(milliseconds: 1_795_500_000_123),
            isStampedByBroker: isStampedByBroker)
    }

    private func arrived(_ sent: OutboundRecord) -> InboundRecord {
        InboundRecord(
            position: RecordPosition(
                topic: sent.topic, partition: sent.partition ?? -1, offset: 5),
            key: sent.key, value: sent.value, headers: sent.headers,
            timestamp: Timestamp(milliseconds: 1_795_500_009_000))
    }

    @Test("an event is forwarded with key, value and headers unchanged, and is told as it came")
    func unchanged() throws {
        for isStamped in [true, false] {
            let record = record(isStampedByBroker: isStamped)
            let note = PlacementNote(of: record, study: study)
            let sent = topics.record(record, note, topic: topics.ordinary, partition: 4)
            #expect(sent.topic == "in.placed" && sent.partition == 4)
            #expect(sent.key == record.key && sent.value == record.value)
            #expect(Array(sent.headers.dropLast()) == record.headers)
            let back = arrived(sent)
            #expect(topics.note(of: back) == note)
            let original = topics.original(of: back)
            #expect(original.position == record.position && original.key == record.key)
            #expect(original.headers == record.headers)
            #expect(original.timestamp == record.timestamp)
            #expect(original.isStampedByBroker == isStamped)
        }
    }

    @Test("there is a topic of urgent events where senders have one")
    func names() {
        #expect(topics.names == ["in.placed", "in.placed.urgent"])
        #expect(PlacedTopics(input: "in", hasUrgent: false).names == ["in.placed"])
    }

    @Test("the header is the one of the schema")
    func schema() throws {
        let note = PlacementNote(of: record(), study: study)
        let sent = topics.record(record(), note, topic: "in.placed.urgent", partition: 0)
        let header = try #require(sent.headers.last)
        #expect(header.name == "vigil-placement")
        let validator = SchemaValidator(root: try SchemaFiles.schema("placement"))
        #expect(try validator.accepts(try JSONParser.parse(header.value ?? []), at: "#"))
    }

    @Test("a sender's own note means nothing, and a malformed one is none")
    func forged() {
        let note = PlacementNote(of: record(), study: study)
        let forged = InboundRecord(
            position: record().position, key: nil, value: nil,
            headers: topics.record(record(), note, topic: "in", partition: 0).headers,
            timestamp: nil)
        #expect(topics.note(of: forged) == nil)
        for text in ["{}", "[]", "{\"topic\":\"in\",\"partition\":-1,\"offset\":0}"] {
            let malformed = InboundRecord(
                position: RecordPosition(topic: "in.placed.urgent", partition: 0, offset: 0),
                key: nil, value: nil, headers: [RecordHeader("vigil-placement", text)],
                timestamp: nil)
            #expect(topics.note(of: malformed) == nil)
            #expect(topics.original(of: malformed).position.topic == "in.placed.urgent")
        }
    }

    @Test("a forwarded event that fails goes to the first retry topic with where it first stood")
    func retried() throws {
        let returns = ReturnTopics(
            retries: RetryTopics(input: "in", count: 1, firstPause: .seconds(1)),
            deferrals: DeferralTopic(input: "in"), placed: topics)
        let note = PlacementNote(of: record(), study: study)
        let placed = arrived(
            topics.record(record(), note, topic: topics.ordinary, partition: 4))
        let now = Timestamp(microseconds: 0)
        let retried = try #require(
            returns.next(placed, partition: 4, attempts: 1, first: now, now: now))
        #expect(retried.topic == "in.retry.1" && retried.partition == 4)
        #expect(!retried.headers.contains { $0.name == "vigil-placement" })
        let original = returns.original(of: arrived(retried))
        #expect(original.position == record().position && original.key == record().key)
        #expect(original.headers == record().headers)
        let last = returns.next(
            arrived(retried), partition: 4, attempts: 1, first: now, now: now)
        #expect(last == nil)
    }
}
