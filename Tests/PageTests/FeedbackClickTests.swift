import Testing
import VigilCore
import Wire

@testable import WorklistPage

/// Clicks as the page sends them, or as others would.
struct FeedbackClickTests {
    private let board = WorklistBoard(bounds: .init(), clock: MadeClock())
    private let finding = MadeRecord.make(1)

    private struct MadeClock: VigilClock {
        func monotonic() -> MonotonicTime { MonotonicTime(nanoseconds: 0) }
        func wall() -> Timestamp { MadeRecord.time }
    }

    init() {
        let record = FindingEncoder().encode(finding, time: MadeRecord.time)
        board.takeFindings([
            InboundRecord(
                position: RecordPosition(topic: record.topic, partition: 0, offset: 0),
                key: record.key, value: record.value, headers: record.headers, timestamp: nil)
        ])
    }

    private func read(
        _ verdict: String, _ code: String?, study: Int = 1, digest: String? = nil,
        click: String = "01234567-89ab-cdef-0123-456789abcdef"
    ) -> FeedbackClick.Reading {
        var object = JSONObject()
        object["study"] = .string(MadeRecord.pseudonym(study).safeText)
        object["digest"] = .string(digest ?? finding.deterministicDigest.hex)
        object["verdict"] = .string(verdict)
        object["finding"] = code.map { .string($0) }
        object["click"] = .string(click)
        return FeedbackClick.read(
            JSONWriter.bytes(.object(object)), board: board, now: MadeRecord.time)
    }

    private func refusal(_ reading: FeedbackClick.Reading) -> FeedbackClick.Refusal? {
        if case .refused(let refusal) = reading { refusal } else { nil }
    }

    @Test("a verdict fits the answer that the person saw, or is refused")
    func verdicts() {
        let fitting = [
            ("seen", nil), ("agree", "pneumothorax"), ("agree", "effusion"),
            ("not_there", "pneumothorax"), ("missed", "effusion"), ("missed", "nodule"),
        ]
        for (verdict, code) in fitting {
            #expect(refusal(read(verdict, code)) == nil, "\(verdict) \(code ?? "")")
        }
        let unfit = [
            ("seen", "effusion"), ("agree", nil), ("agree", "fracture"),
            ("not_there", "effusion"), ("missed", "pneumothorax"), ("lower", "effusion"),
        ]
        for (verdict, code) in unfit {
            #expect(refusal(read(verdict, code)) == .malformed, "\(verdict) \(code ?? "")")
        }
    }

    @Test("what was said of another record than is shown is not taken")
    func stale() {
        let other = String(repeating: "0", count: 64)
        #expect(refusal(read("seen", nil, digest: other)) == .revised)
        #expect(refusal(read("seen", nil, study: 2)) == .studyUnknown)
        #expect(refusal(read("seen", nil, click: "x")) == .malformed)
        let board = board
        for text in ["", "[]", "{", "{\"study\":1}"] {
            let reading = FeedbackClick.read(
                Array(text.utf8), board: board, now: MadeRecord.time)
            #expect(refusal(reading) == .malformed)
        }
    }

    @Test("a click that is sent again is the same event, and another click is another")
    func repeats() throws {
        func id(_ reading: FeedbackClick.Reading) -> UUIDv5? {
            if case .taken(let record) = reading { record.id } else { nil }
        }
        let once = try #require(id(read("agree", "effusion")))
        #expect(id(read("agree", "effusion")) == once)
        let other = read("agree", "effusion", click: "01234567-89ab-cdef-0123-456789abcdee")
        #expect(id(other) != once)
        #expect(id(read("missed", "effusion")) != once)
    }
}
