import Testing
import VigilCore
import WorkerCore

/// What becomes of work when the topic that it came from is gone, or another one.
@Suite("A topic that is gone or made anew, in the worker's decisions")
struct RenewedLogTests {
    typealias Core = WorkerCore<Int, String>

    private let partition = TopicPartition(topic: "in", partition: 0)
    private let now = MonotonicTime(nanoseconds: 0)

    private func core(_ offsets: Range<Int64>) -> Core {
        var core = Core(limits: SimulatedWorker.limits)
        core.assign([partition: OffsetLedger()])
        core.ordersAreCurrent()
        for offset in offsets { take(offset, &core) }
        return core
    }

    @discardableResult
    private func take(_ offset: Int64, _ core: inout Core) -> StudyTicket? {
        let record = InboundRecord(
            position: RecordPosition(topic: "in", partition: 0, offset: offset), key: nil,
            value: [], headers: [], timestamp: nil)
        return core.admit(record, now: now, wall: Timestamp(microseconds: 0))
    }

    private func tickets(_ numbers: ClosedRange<UInt64>) -> [StudyTicket] {
        numbers.map { StudyTicket(number: $0) }
    }

    private func finish(_ numbers: ClosedRange<UInt64>, _ core: inout Core) {
        for ticket in tickets(numbers) {
            core.finish(ticket, outcome: "\(ticket.number)", now: now)
        }
    }

    @Test("outcomes of a topic that is gone wait, and those of others do not")
    func suspended() {
        var core = core(0..<2)
        finish(1...2, &core)
        core.suspend(["in"])
        let none = core.openTransaction()
        #expect(!core.hasPublishable && none == nil)
        core.suspend(["other"])
        let both = core.openTransaction()
        #expect(both?.outcomes.count == 2)
    }

    @Test("what is in flight of a topic that is gone is answered after all, without an offset")
    func gone() throws {
        var core = core(0..<2)
        core.detach([partition])
        core.revoke([partition])
        #expect(core.inFlight == 2)
        finish(1...2, &core)
        let opened1 = core.openTransaction()
        let plan = try #require(opened1)
        #expect(plan.outcomes.count == 2 && plan.offsets.isEmpty)
        #expect(!plan.isCommitted(given: []))
        core.transactionCommitted()
        #expect(core.isIdle)
    }

    @Test("a topic made anew is read from its beginning, each record of either log once")
    func anew() throws {
        var core = core(0..<4)
        finish(1...2, &core)
        _ = core.openTransaction()
        core.transactionCommitted()
        // 0 and 1 are answered, 2 and 3 in flight; 1 and 3 are of the new log already.
        core.startAnew(partition, from: 0, taken: [1, 3])
        #expect(core.inFlight == 1, "the third is of the old log, the fourth comes again")
        let again = (Int64(0)..<5).filter { take($0, &core) != nil }
        #expect(again == [0, 2, 3, 4])
        finish(3...3, &core)
        let opened2 = core.openTransaction()
        let plan = try #require(opened2)
        #expect(plan.outcomes.map(\.outcome) == ["3"])
        core.transactionCommitted()
        #expect(core.backlogs[partition]?.open == 4, "its offset is another record's now")
        finish(5...8, &core)
        let last = core.openTransaction()
        #expect(last?.offsets.map(\.nextOffset) == [5])
    }

    @Test("a mark stands in a commit without bitmap, and older workers read the same offsets")
    func marks() throws {
        var core = core(0..<3)
        let mark = try #require(RecordFingerprint("2.1795500000123.0123456789abcdef"))
        core.note([partition: mark])
        finish(2...2, &core)
        let opened3 = core.openTransaction()
        let early = try #require(opened3?.offsets.first)
        #expect(early.nextOffset == 0 && early.metadata == "vigil1:g")
        core.transactionCommitted()
        finish(1...1, &core)
        _ = core.openTransaction()
        core.transactionCommitted()
        finish(3...3, &core)
        let opened4 = core.openTransaction()
        let late = try #require(opened4?.offsets.first)
        #expect(late.nextOffset == 3 && late.metadata == "vigil2:\(mark.text)")
        let ledger = OffsetLedger(nextOffset: 3, metadata: late.metadata)
        #expect(ledger.mark == mark && !ledger.shouldSkip(3) && ledger.shouldSkip(2))
        #expect(OffsetLedger.isReadable(metadata: late.metadata))
        #expect(!OffsetLedger.isReadable(metadata: "vigil2:\u{1b}"))
    }
}
