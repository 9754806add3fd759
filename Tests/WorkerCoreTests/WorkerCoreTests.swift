import Testing
import VigilCore
import WorkerCore

@Suite("The worker's decisions")
struct WorkerCoreTests {
    typealias Core = WorkerCore<Int, Bool>

    private let partition = OnePartition.place
    private let start = MonotonicTime(nanoseconds: 0)
    private let wall = OnePartition.wall

    private func core(_ change: (inout WorkerLimits) -> Void = { _ in }) -> Core {
        OnePartition.core(of: Core.self, change)
    }

    private func record(_ offset: Int64) -> InboundRecord { OnePartition.record(offset) }

    private func take(
        _ core: inout Core, _ offset: Int64, _ priority: Priority = .routine
    ) throws -> StudyTicket {
        try OnePartition.take(
            offset, into: &core, priority, at: start, allowed: .seconds(priority.rank + 1))
    }

    private func open(_ core: inout Core) throws -> Core.TransactionPlan {
        let plan = core.openTransaction()
        return try #require(plan)
    }

    @Test("a stat study that came last is decoded first")
    func urgentFirst() throws {
        var core = core()
        for offset in 0..<5 { _ = try take(&core, Int64(offset)) }
        let stat = try take(&core, 5, .stat)
        let jobstat = core.takeDecodeJob(now: start)
        #expect(jobstat?.ticket == stat)
    }

    @Test("a batch closes when full, for a stat study, when nothing else comes, or after its wait")
    func batchReasons() throws {
        var core = core()
        let first = try take(&core, 0)
        let second = try take(&core, 1)
        _ = core.takeDecodeJob(now: start)
        _ = core.takeDecodeJob(now: start)
        core.prepared(first, 1, images: 1, now: start)
        guard case .wait(let until) = core.takeBatch(now: start) else {
            Issue.record("the batch did not wait for the study in decoding")
            return
        }
        #expect(until == start + core.limits.batches.waitMax)
        guard case .run(let members, .deadline) = core.takeBatch(now: until) else {
            Issue.record("the batch did not close after its wait")
            return
        }
        #expect(members.map(\.ticket) == [first])
        core.prepared(second, 1, images: 1, now: until)
        guard case .run(_, .idle) = core.takeBatch(now: until) else {
            Issue.record("the batch waited for nothing")
            return
        }
    }

    @Test("a study larger than a batch goes alone")
    func largeStudy() throws {
        var core = core()
        let large = try take(&core, 0, .stat)
        let small = try take(&core, 1)
        for _ in 0..<2 { _ = core.takeDecodeJob(now: start) }
        core.prepared(large, 1, images: 10, now: start)
        core.prepared(small, 1, images: 1, now: start)
        guard case .run(let members, .urgent) = core.takeBatch(now: start) else {
            Issue.record("the batch did not close")
            return
        }
        #expect(members.map(\.ticket) == [large])
    }

    @Test("the consumer is paused at the upper mark and resumed at the lower")
    func watermarks() throws {
        var core = core()
        for offset in 0..<12 {
            #expect(core.flowChange() == nil)
            let ticket = try take(&core, Int64(offset))
            core.finish(ticket, outcome: true, now: start)
        }
        #expect(core.flowChange() == .pause)
        #expect(core.flowChange() == nil)
        for expected in [FlowChange?.none, .resume] {
            _ = try open(&core)
            core.transactionCommitted()
            #expect(core.flowChange() == expected)
        }
    }

    @Test("the urgent lane has room of its own: it is read while the other one is full")
    func lanes() throws {
        var core = core { $0.intake.urgentTopics = ["in.urgent"] }
        let lane = TopicPartition(topic: "in.urgent", partition: 0)
        core.assign([lane: OffsetLedger()])
        core.ordersAreCurrent()
        for offset in 0..<Int64(core.limits.intake.recordsMax) { _ = try take(&core, offset) }
        #expect(core.flowChange() == .pause && core.flowChange(.urgent) == nil)
        #expect(core.isPaused(.ordinary) && !core.isPaused(.urgent))
        func urgent(_ offset: Int64) -> InboundRecord {
            InboundRecord(
                position: RecordPosition(topic: lane.topic, partition: 0, offset: offset),
                key: nil, value: [1, 2], headers: [], timestamp: nil)
        }
        for offset in 0..<Int64(core.limits.intake.recordsMax) {
            #expect(core.flowChange(.urgent) == nil)
            let ticket = core.admit(urgent(offset), now: start, wall: wall)
            #expect(ticket != nil)
        }
        #expect(core.flowChange(.urgent) == .pause && core.flowChange() == nil)
        core.revoke([lane])
        #expect(core.flowChange(.urgent) == .resume && core.isPaused(.ordinary))
        #expect(core.bytes == 0)
    }

    @Test("a failing study is tried again after its pause, then goes to the next retry topic")
    func retries() throws {
        var core = core()
        let ticket = try take(&core, 0)
        var now = start
        for attempt in 1...3 {
            let jobticket = core.takeDecodeJob(now: now)
            #expect(jobticket?.ticket == ticket)
            let action = core.fail(
                ticket, .retry(after: .seconds(1)), now: now, wall: wall)
            #expect(action == (attempt < 3 ? .again(attempt: attempt + 1) : .postpone))
            let jobnil = core.takeDecodeJob(now: now)
            #expect(jobnil == nil)
            now = now + .seconds(1)
        }
        #expect(core.study(ticket)?.attempts == 3)
    }

    @Test("results for a partition that was taken away are not published")
    func revoked() throws {
        var core = core()
        let ticket = try take(&core, 0)
        _ = core.takeDecodeJob(now: start)
        core.revoke([partition])
        core.prepared(ticket, 1, images: 1, now: start)
        core.finish(ticket, outcome: true, now: start)
        #expect(core.openTransaction() == nil)
        #expect(core.isIdle)
    }

    @Test(
        "an aborted transaction is opened again, no earlier than told, with the same outcomes"
    )
    func aborted() throws {
        var core = core()
        core.finish(try take(&core, 0), outcome: true, now: start)
        let plan = try open(&core)
        let goesOn = core.transactionAborted(now: start)
        #expect(goesOn)
        let due = try #require(core.transactionDue(now: start))
        #expect(due >= start + .milliseconds(100) && due <= start + .milliseconds(200))
        let again = try open(&core)
        #expect(again.outcomes.map(\.study.ticket) == plan.outcomes.map(\.study.ticket))
        #expect(again.offsets.map(\.nextOffset) == [1])
    }

    @Test("records that come during a transaction are open after it, and not in its offsets")
    func admittedMeanwhile() throws {
        var core = core()
        core.finish(try take(&core, 0), outcome: true, now: start)
        let plan = try open(&core)
        let second = try take(&core, 1)
        let third = try take(&core, 2)
        core.finish(third, outcome: true, now: start)
        #expect(core.transactionDue(now: start + .seconds(9)) == nil)
        #expect(plan.offsets.map(\.nextOffset) == [1])
        core.transactionCommitted()
        let next = try open(&core)
        #expect(next.outcomes.map(\.study.ticket) == [third])
        let commit = try #require(next.offsets.first)
        #expect(commit.nextOffset == 1)
        let ledger = OffsetLedger(nextOffset: commit.nextOffset, metadata: commit.metadata)
        #expect(!ledger.shouldSkip(1) && ledger.shouldSkip(2) && !ledger.shouldSkip(3))
        core.transactionCommitted()
        core.finish(second, outcome: true, now: start)
        #expect(try open(&core).offsets.map(\.nextOffset) == [3])
    }

    @Test("an outcome too far behind an open record for the commit to tell of waits for it")
    func beyondReach() throws {
        var core = core()
        let first = try take(&core, 0)
        let far = try take(&core, OffsetLedger.spanMax + 1)
        core.finish(far, outcome: true, now: start)
        #expect(!core.hasPublishable)
        #expect(core.transactionDue(now: start) == nil)
        #expect(core.openTransaction() == nil)
        core.finish(first, outcome: true, now: start)
        let plan = try open(&core)
        #expect(plan.outcomes.map(\.study.ticket) == [first])
        core.transactionCommitted()
        let rest = try open(&core)
        #expect(rest.outcomes.map(\.study.ticket) == [far])
        #expect(rest.offsets.map(\.nextOffset) == [OffsetLedger.spanMax + 2])
    }

    @Test("a partition assigned again forgets what was in flight of it, and reads it again")
    func assignedAgain() throws {
        var core = core()
        let earlier = try take(&core, 0)
        core.assign([partition: OffsetLedger()])
        core.ordersAreCurrent()
        core.finish(earlier, outcome: true, now: start)
        #expect(!core.hasPublishable && core.isIdle)
        let again = try take(&core, 0)
        core.finish(again, outcome: true, now: start)
        #expect(try open(&core).outcomes.map(\.study.ticket) == [again])
    }

    @Test("a transaction of which nobody knows what became is known by the group's offsets")
    func unknownOutcome() throws {
        var core = core()
        core.finish(try take(&core, 0), outcome: true, now: start)
        let plan = try open(&core)
        func has(_ next: Int64?, _ metadata: String = "") -> Bool {
            plan.isCommitted(given: [
                CommittedOffset(partition: partition, nextOffset: next, metadata: metadata)
            ])
        }
        #expect(has(1))
        #expect(!has(nil) && !has(0) && !has(2) && !has(1, "other"))
        #expect(!plan.isCommitted(given: []))
        #expect(!Core.TransactionPlan.empty.isCommitted(given: []))
    }

    @Test("transactions that fail in a row are half a minute apart before a restart is asked for")
    func failuresInARow() throws {
        var core = core()
        core.finish(try take(&core, 0), outcome: true, now: start)
        var now = start
        var failures = 0
        while true {
            _ = try open(&core)
            failures += 1
            guard core.transactionAborted(now: now) else { break }
            now = try #require(core.transactionDue(now: now))
        }
        #expect(failures == core.limits.transactions.abortsMax)
        // Longer than a group takes to tell a member that it was put out: two heartbeats of three
        // seconds.
        #expect(now - start > .seconds(10))
    }

    @Test("while a topic is gone, transactions that fail are no reason for a restart")
    func failuresForWantOfTopic() throws {
        var core = core()
        core.finish(try take(&core, 0), outcome: true, now: start)
        for _ in 0..<2 * core.limits.transactions.abortsMax {
            _ = try open(&core)
            let goesOn = core.transactionAborted(now: start, lacksTopic: true)
            #expect(goesOn)
        }
    }

    @Test("draining drops what nobody began and ends what somebody did")
    func draining() throws {
        var core = core()
        let begun = try take(&core, 0)
        _ = try take(&core, 1)
        _ = core.takeDecodeJob(now: start)
        core.drain()
        #expect(core.inFlight == 1)
        #expect(core.admit(record(2), now: start, wall: wall) == nil)
        core.finish(begun, outcome: true, now: start)
        _ = try open(&core)
        core.transactionCommitted()
        #expect(core.isIdle)
    }

    @Test("between two layers what is more urgent goes first, and only when it is ready")
    func urgentBatch() throws {
        var core = core()
        let routine = try take(&core, 0)
        let stat = try take(&core, 1, .stat)
        for _ in 0..<2 { _ = core.takeDecodeJob(now: start) }
        core.prepared(routine, 1, images: 1, now: start)
        let none = core.takeUrgentBatch(ahead: [[routine]], now: start)
        #expect(none?.count == nil)
        core.prepared(stat, 1, images: 1, now: start)
        let urgent = core.takeUrgentBatch(ahead: [[routine]], now: start)
        #expect(urgent?.map(\.ticket) == [stat])
        guard case .run(let rest, .idle) = core.takeBatch(now: start) else {
            Issue.record("the routine study was not left for its own batch")
            return
        }
        #expect(rest.map(\.ticket) == [routine])
    }

    @Test("an outcome that the broker finds too large is replaced by its dead letter")
    func replaced() throws {
        var core = core()
        let ticket = try take(&core, 0)
        core.finish(ticket, outcome: true, now: start)
        _ = try open(&core)
        _ = core.transactionAborted(now: start)
        core.replaceOutcome(of: ticket, with: false)
        #expect(try open(&core).outcomes.map(\.outcome) == [false])
    }
}
