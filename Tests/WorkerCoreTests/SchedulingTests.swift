import SimulationKit
import Testing
import VigilCore
import WorkerCore

/// What the scheduler promises whatever is queued.
@Suite("Scheduling")
struct SchedulingTests {
    typealias Core = WorkerCore<Int, Bool>

    private let partition = TopicPartition(topic: "in", partition: 0)
    private let start = MonotonicTime(nanoseconds: 0)
    private let allowed: [Priority: Duration] = [
        .stat: .seconds(1), .urgent: .seconds(10), .asap: .seconds(30), .routine: .seconds(100),
    ]

    private func core() -> Core {
        var limits = SimulatedWorker.limits
        limits.intake.recordsMax = 5000
        var core = Core(limits: limits)
        core.assign([partition: OffsetLedger()])
        core.ordersAreCurrent()
        return core
    }

    private func take(
        _ core: inout Core, _ offset: Int64, _ priority: Priority, at now: MonotonicTime,
        bytes: Int = 10
    ) throws -> StudyTicket {
        let record = InboundRecord(
            position: RecordPosition(topic: "in", partition: 0, offset: offset), key: nil,
            value: Array(repeating: 0, count: bytes), headers: [], timestamp: nil)
        let admitted = core.admit(record, now: now, wall: Timestamp(microseconds: 0))
        let ticket = try #require(admitted)
        let study = try #require(DicomUID("1.2.3"))
        let event = StudyEvent(
            id: "\(offset)", source: "test", time: nil, traceparent: nil, study: study,
            priority: priority, instances: [InstanceReference(uri: "file:///a.dcm")])
        let allowed = try #require(allowed[priority])
        core.schedule(ticket, event: event, deadline: now + allowed)
        return ticket
    }

    @Test("a stat study behind thousands of others is decoded next and runs at once, alone")
    func statFirst() throws {
        var core = core()
        for offset in 0..<4000 {
            _ = try take(
                &core, Int64(offset), offset.isMultiple(of: 2) ? .routine : .urgent, at: start)
        }
        // The others have filled all room for decoded images.
        while let job = core.takeDecodeJob(now: start) {
            core.prepared(job.ticket, 1, images: 1, now: start)
        }
        let stat = try take(&core, 4000, .stat, at: start)
        let job = core.takeDecodeJob(now: start)
        #expect(job?.ticket == stat)
        core.prepared(stat, 1, images: 1, now: start)
        guard case .run(let members, .urgent) = core.takeBatch(now: start) else {
            Issue.record("the stat study waits")
            return
        }
        #expect(members.map(\.ticket) == [stat])
        core.finish(stat, outcome: true, now: start)
        #expect(core.transactionDue(now: start) == start)
    }

    @Test("many stat studies run a quarter of a batch at a time, all before other batches go on")
    func statBatches() throws {
        var core = core()
        let count = 2 * core.limits.batches.statImagesMax + 1
        let routine = try take(&core, 0, .routine, at: start)
        for offset in 1...Int64(count) {
            let ticket = try take(&core, offset, .stat, at: start)
            let job = core.takeDecodeJob(now: start)
            #expect(job?.ticket == ticket)
            core.prepared(ticket, 1, images: 1, now: start)
        }
        var sizes: [Int] = []
        while let members = core.takeUrgentBatch(ahead: [[routine]], now: start),
            sizes.count <= count
        {
            sizes.append(members.count)
        }
        let most = core.limits.batches.statImagesMax
        #expect(most == max(1, core.limits.batches.imagesMax / 4))
        #expect(sizes == [most, most, 1])
    }

    @Test("a decoder kept for stat studies takes nothing else")
    func keptDecoder() throws {
        var core = core()
        _ = try take(&core, 0, .urgent, at: start)
        let job1 = core.takeDecodeJob(now: start, onlyStat: true)
        #expect(job1?.ticket == nil)
        let stat = try take(&core, 1, .stat, at: start)
        let job2 = core.takeDecodeJob(now: start, onlyStat: true)
        #expect(job2?.ticket == stat)
    }

    @Test("a stat study is left to the decoder kept for such while that is free, and only then")
    func leftToTheKept() throws {
        var core = core()
        let routine = try take(&core, 0, .routine, at: start)
        let asked = core.takeDecodeJob(now: start, onlyStat: true)
        #expect(asked?.ticket == nil)
        let first = try take(&core, 1, .stat, at: start)
        let ahead = core.takeDecodeJob(now: start)
        #expect(ahead?.ticket == routine)
        let left = core.takeDecodeJob(now: start)
        #expect(left?.ticket == nil)
        let kept = core.takeDecodeJob(now: start, onlyStat: true)
        #expect(kept?.ticket == first)
        let second = try take(&core, 2, .stat, at: start)
        let helped = core.takeDecodeJob(now: start)
        #expect(helped?.ticket == second)
    }

    @Test("whatever the order of arrival, work is begun by rank, and in it by deadlines")
    func deadlineOrder() throws {
        var generator = SimulationGenerator(seed: 5)
        var core = core()
        var orders: [StudyTicket: StudyTurn] = [:]
        for offset in 0..<200 {
            let now = start + .milliseconds(generator.below(50_000))
            let priority = Priority.allCases[generator.below(4)]
            let ticket = try take(&core, Int64(offset), priority, at: now)
            orders[ticket] = core.study(ticket)?.turn
        }
        var begun: [StudyTurn] = []
        while let job = core.takeDecodeJob(now: start) {
            begun.append(try #require(orders[job.ticket]))
            core.finish(job.ticket, outcome: true, now: start)
        }
        #expect(begun.count == 200 && begun == begun.sorted())
        #expect(begun.map(\.priority) == begun.map(\.priority).sorted())
    }

    @Test("the consumer is paused by bytes as well as by records")
    func bytes() throws {
        var limits = SimulatedWorker.limits
        limits.intake.bytesMax = 1000
        var core = Core(limits: limits)
        core.assign([partition: OffsetLedger()])
        core.ordersAreCurrent()
        var tickets: [StudyTicket] = []
        for offset in 0..<4 {
            #expect(core.flowChange() == nil)
            tickets.append(try take(&core, Int64(offset), .routine, at: start, bytes: 250))
        }
        #expect(core.bytes == 1000)
        #expect(core.flowChange() == .pause)
        for ticket in tickets {
            core.finish(ticket, outcome: true, now: start)
            let opened = core.openTransaction()
            #expect(opened != nil)
            core.transactionCommitted()
        }
        #expect(core.bytes == 0)
        #expect(core.flowChange() == .resume)
    }

    @Test("a study of a retry topic is not begun before it is due")
    func notBefore() throws {
        var core = core()
        let ticket = try take(&core, 0, .stat, at: start)
        core.revoke([partition])
        core.assign([partition: OffsetLedger()])
        core.ordersAreCurrent()
        let record = InboundRecord(
            position: RecordPosition(topic: "in", partition: 0, offset: 0), key: nil, value: [],
            headers: [], timestamp: nil)
        let again = core.admit(record, now: start, wall: Timestamp(microseconds: 0))
        let late = try #require(again)
        #expect(late != ticket)
        let study = try #require(DicomUID("1.2.3"))
        core.schedule(
            late,
            event: StudyEvent(
                id: "0", source: "test", time: nil, traceparent: nil, study: study,
                priority: .stat, instances: [InstanceReference(uri: "file:///a.dcm")]),
            deadline: start, notBefore: start + .seconds(30))
        let job3 = core.takeDecodeJob(now: start + .seconds(29))
        #expect(job3?.ticket == nil)
        #expect(core.nextRetry == start + .seconds(30))
        let job4 = core.takeDecodeJob(now: start + .seconds(30))
        #expect(job4?.ticket == late)
    }

    @Test("the predicted wait grows with what is due before, and says nothing before a measurement")
    func prediction() throws {
        var core = core()
        func waits() -> [Priority: Duration] {
            core.expectedWaits(now: start) { allowed[$0] ?? .zero }
        }
        #expect(waits().isEmpty)
        core.noteDecoding(.milliseconds(10))
        core.noteInference(.milliseconds(80), studies: 4)
        #expect(waits()[.routine] == .milliseconds(30))
        for offset in 0..<10 { _ = try take(&core, Int64(offset), .urgent, at: start) }
        #expect(waits()[.stat] == .milliseconds(30))
        #expect(waits()[.routine] == .milliseconds(230))
        // A study is told its own when it is queued, and its finding passes that on.
        let (first, last) = (
            try take(&core, 10, .stat, at: start), try take(&core, 11, .routine, at: start)
        )
        #expect(core.study(first)?.expected == .milliseconds(30))
        #expect(core.study(last)?.expected == .milliseconds(250))
        // The average follows, and does not jump: 24 instead of 20, for the stat study as well that
        // is queued before.
        core.noteInference(.milliseconds(40), studies: 1)
        #expect(waits()[.stat] == .milliseconds(58))
    }

    @Test("the predicted wait counts what is due before, whatever was finished or taken away")
    func predictionOfMany() throws {
        var generator = SimulationGenerator(seed: 11)
        var core = core()
        core.noteDecoding(.seconds(1))
        core.noteInference(.seconds(1), studies: 1)
        var due: [(ticket: StudyTicket, priority: Priority, deadline: MonotonicTime)] = []
        for offset in 0..<600 {
            let now = start + .milliseconds(generator.below(100_000))
            let priority = Priority.allCases[generator.below(4)]
            let deadline = now + (try #require(allowed[priority]))
            let before = due.count {
                $0.priority < priority || ($0.priority == priority && $0.deadline <= deadline)
            }
            let ticket = try take(&core, Int64(offset), priority, at: now)
            #expect(core.study(ticket)?.expected == .seconds(2 + before))
            due.append((ticket, priority, deadline))
            if generator.chance(percent: 40) {
                let done = due.remove(at: generator.below(due.count)).ticket
                core.finish(done, outcome: true, now: now)
                while core.openTransaction() != nil { core.transactionCommitted() }
            }
        }
        core.revoke([partition])
        #expect(core.expectedWaits(now: start) { allowed[$0] ?? .zero }[.routine] == .seconds(2))
    }
}
