import Testing
import VigilCore
import Wire

@testable import WorklistPage

/// The stream of one reader, cut again and again.
struct EventStreamTests {
    /// Tells a time that a test turns.
    private struct StillClock: VigilClock {
        func monotonic() -> MonotonicTime { MonotonicTime(nanoseconds: 1_000_000_000) }
        func wall() -> Timestamp { MadeRecord.time }
    }

    private let board = WorklistBoard(bounds: .init(), clock: StillClock())

    private func stream(_ lastID: String?) -> EventStream {
        EventStream(board, lastID: lastID, clock: StillClock(), status: { ["now": 0] })
    }

    private func publish(_ study: Int, revision: Int = 1, offset: Int64) {
        let finding = MadeRecord.make(study, revision: revision)
        let record = FindingEncoder().encode(finding, time: MadeRecord.time)
        board.takeFindings([
            InboundRecord(
                position: RecordPosition(topic: record.topic, partition: 0, offset: offset),
                key: record.key, value: record.value, headers: record.headers, timestamp: nil)
        ])
    }

    @Test("a reader without an id, or with one of another process, begins anew")
    func beginning() throws {
        publish(1, offset: 0)
        for id in [nil, "", "0123-5", "\(board.epoch)-99", "\(board.epoch)-x", "-1"] {
            var parser = EventParser()
            let stream = stream(id)
            for _ in 0..<3 { parser.take(try #require(stream.next())) }
            #expect(parser.events.first?.name == "reset", "\(id ?? "none")")
            #expect(parser.events.contains { $0.name == "rows" })
        }
    }

    @Test("a reader who is cut off anywhere has every study once and no change twice")
    func cuts() throws {
        var random = SplitMix64(seed: 7)
        var reader = SeenRows()
        var (lastID, offset): (String?, Int64) = (nil, 0)
        var revisions: [Pseudonym: Int] = [:]
        for round in 0..<400 {
            let study = Int(random.next() % 60)
            let pseudonym = MadeRecord.pseudonym(study)
            let revision = (revisions[pseudonym] ?? 0) + 1
            revisions[pseudonym] = revision
            publish(study, revision: revision, offset: offset)
            offset += 1
            guard round % 5 == 0 else { continue }
            // What arrives of it ends anywhere, also within an event.
            let stream = stream(lastID)
            var bytes: [UInt8] = []
            for _ in 0..<3 { bytes += stream.next() ?? [] }
            var parser = EventParser(lastID: lastID)
            parser.take(Array(bytes.prefix(Int(random.next() % UInt64(bytes.count + 1)))))
            try reader.take(parser.events)
            lastID = parser.lastID
        }
        let stream = stream(lastID)
        var parser = EventParser(lastID: lastID)
        for _ in 0..<3 { parser.take(stream.next() ?? []) }
        try reader.take(parser.events)
        #expect(reader.doubled == 0)
        #expect(reader.revisions == revisions)
    }
}
