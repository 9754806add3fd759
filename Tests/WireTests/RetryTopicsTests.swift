import Testing
import VigilCore
import Wire

@Suite("Retry topics")
struct RetryTopicsTests {
    private let topics = RetryTopics(input: "in", count: 2, firstPause: .seconds(30))
    private let now = Timestamp(microseconds: 1_000_000_000)
    private let record = InboundRecord(
        position: RecordPosition(topic: "in", partition: 3, offset: 41), key: [1],
        value: [2, 0xff],
        headers: [RecordHeader("ce_id", "a"), RecordHeader("other", "b")],
        timestamp: Timestamp(microseconds: 5_000_000))

    /// The record as a worker would read it from the topic that it was sent to.
    private func read(_ record: OutboundRecord, offset: Int64) -> InboundRecord {
        InboundRecord(
            position: RecordPosition(topic: record.topic, partition: 0, offset: offset),
            key: record.key, value: record.value, headers: record.headers, timestamp: now)
    }

    @Test("an event goes through the topics one after the other, and its first place stays known")
    func way() throws {
        let failed = Timestamp(microseconds: 900_000_000)
        let first = try #require(topics.next(record, attempts: 3, first: failed, now: now))
        #expect(first.topic == "in.retry.1" && first.value == record.value)
        #expect(Array(first.headers.prefix(2)) == record.headers && first.headers.count == 3)
        let once = read(first, offset: 7)
        let note = try #require(topics.note(of: once))
        #expect(note.origin == record.position && note.timestamp == record.timestamp)
        #expect(note.attempts == 3 && note.firstFailure == failed)
        #expect(note.due.microseconds == now.microseconds + 30_000_000)

        let second = try #require(topics.next(once, attempts: 2, first: now, now: now))
        #expect(second.topic == "in.retry.2" && second.headers.count == 3)
        let twice = read(second, offset: 9)
        let later = try #require(topics.note(of: twice))
        #expect(later.origin == record.position && later.attempts == 5)
        #expect(later.firstFailure == failed)
        #expect(later.due.microseconds == now.microseconds + 300_000_000)
        #expect(topics.next(twice, attempts: 1, first: now, now: now) == nil)

        let original = topics.original(of: twice)
        #expect(original.position == record.position && original.headers == record.headers)
        #expect(original.timestamp == record.timestamp)
    }

    @Test("on the input topic the note means nothing")
    func forged() throws {
        let first = try #require(topics.next(record, attempts: 3, first: now, now: now))
        let forged = InboundRecord(
            position: record.position, key: nil, value: nil, headers: first.headers,
            timestamp: nil)
        #expect(topics.note(of: forged) == nil)
        #expect(topics.original(of: forged).position == record.position)
        #expect(topics.original(of: forged).headers == first.headers)
    }

    @Test(
        "a malformed note is none",
        arguments: [
            "", "{}", "[]", "{\"topic\":\"in\"}",
            "{\"topic\":\"in\",\"partition\":99999999999,\"offset\":0,\"attempts\":1,"
                + "\"first_failure\":\"2026-11-24T06:00:00Z\",\"due\":\"2026-11-24T06:00:00Z\"}",
            "{\"topic\":\"in\",\"partition\":0,\"offset\":0,\"attempts\":0,"
                + "\"first_failure\":\"2026-11-24T06:00:00Z\",\"due\":\"2026-11-24T06:00:00Z\"}",
            "{\"topic\":\"in\",\"partition\":0,\"offset\":0,\"attempts\":1,"
                + "\"first_failure\":\"2026-11-24T06:00:00Z\",\"due\":\"soon\"}",
        ])
    func malformed(text: String) {
        let record = InboundRecord(
            position: RecordPosition(topic: "in.retry.1", partition: 0, offset: 0), key: nil,
            value: nil, headers: [RecordHeader("vigil-retry", text)], timestamp: nil)
        #expect(topics.note(of: record) == nil)
        #expect(topics.original(of: record).position == record.position)
    }

    @Test("only the topics that there are count as retry topics")
    func numbers() {
        #expect(topics.names == ["in.retry.1", "in.retry.2"])
        #expect(
            ["in", "in.retry.0", "in.retry.3", "in.retry.x", "other.retry.1"].allSatisfy {
                topics.number(of: $0) == 0
            })
        #expect(topics.number(of: "in.retry.2") == 2)
        let none = RetryTopics(input: "in", count: 0, firstPause: .zero)
        #expect(none.names.isEmpty && none.number(of: "in.retry.1") == 0)
        #expect(none.next(record, attempts: 1, first: now, now: now) == nil)
    }
}
