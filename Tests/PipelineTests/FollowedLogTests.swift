import KafkaTransport
import Pipeline
import Testing
import VigilCore

/// How a log that was made anew is told from the one that was read.
@Suite("A log that is followed")
struct FollowedLogTests {
    private func record(_ offset: Int64, _ text: String = "old") -> InboundRecord {
        InboundRecord(
            position: RecordPosition(topic: "in", partition: 0, offset: offset),
            key: nil, value: Array("\(text) \(offset)".utf8), headers: [],
            timestamp: Timestamp(milliseconds: 1_000 + offset))
    }

    private func answer(_ record: InboundRecord) -> TopicSurvey.Answer {
        .record(RecordFingerprint(of: record))
    }

    /// A log of which ten records were read, and found to be the same.
    private func read() -> FollowedLog {
        var log = FollowedLog(readTo: 0, mark: nil)
        for offset in 0..<10 { log.note(record(Int64(offset)), isTaken: true) }
        log.confirm(0..<10, asked: log.count)
        return log
    }

    @Test("the same record at its place says that the log is the same, another that it is anew")
    func marks() {
        let log = read()
        #expect(log.mark == RecordFingerprint(of: record(9)))
        #expect(log.verdict(0..<10, answer(record(9))) == .same)
        #expect(log.verdict(0..<90, answer(record(9))) == .same)
        #expect(log.verdict(0..<90, answer(record(9, "new"))) == .anew)
        #expect(log.verdict(0..<90, .nothing) == .anew)
        #expect(log.verdict(0..<90, nil) == .unknown)
        var named = log
        named.confirm(0..<10, asked: log.count, identity: "a")
        #expect(named.verdict(0..<10, answer(record(9)), identity: "b") == .anew)
        #expect(named.verdict(0..<10, answer(record(9)), identity: nil) == .same)
    }

    @Test("a log that ends before what was read, or begins earlier than it did, is anew")
    func bounds() {
        var log = read()
        #expect(log.verdict(0..<9, nil) == .anew)
        log.confirm(5..<10, asked: 0)
        #expect(log.verdict(0..<20, answer(record(9))) == .anew)
        #expect(log.verdict(20..<30, nil) == .same, "deleted by its age")
    }

    @Test("a mark moves on to what was taken before it was found, and to nothing later")
    func moves() {
        var log = read()
        log.note(record(10), isTaken: true)
        let asked = log.count
        log.note(record(11), isTaken: true)
        log.confirm(0..<12, asked: asked)
        #expect(log.mark == RecordFingerprint(of: record(10)))
        #expect(Array(log.suspects.keys) == [11])
    }

    @Test("records deleted unread are counted, and offsets that hold no record are not")
    func overtaken() {
        var log = read()
        log.note(record(12), isTaken: true)
        #expect(log.overtaken(by: 0..<13) == 0, "markers of a transaction")
        log.note(record(50), isTaken: true)
        #expect(log.overtaken(by: 50..<60) == 37)
        log.note(end: 100)
        #expect(log.overtaken(by: 100..<100) == 49)
        #expect(log.overtaken(by: 100..<100) == 0 && log.readTo == 100)
    }

    @Test("a fingerprint is told in text and read back, and text that is none is no fingerprint")
    func text() {
        let print = RecordFingerprint(of: record(41))
        #expect(RecordFingerprint(print.text) == print)
        for text in ["", "1.2", "-1.0.0123456789abcdef", "1.0.0123", "1.0.0123456789abcdeg"] {
            #expect(RecordFingerprint(text) == nil)
        }
        let null = InboundRecord(
            position: record(41).position, key: [], value: nil, headers: [], timestamp: nil)
        let empty = InboundRecord(
            position: record(41).position, key: nil, value: [], headers: [], timestamp: nil)
        #expect(RecordFingerprint(of: null) != RecordFingerprint(of: empty))
    }
}
