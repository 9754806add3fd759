import Testing
import VigilCore
import WorkerCore

/// How parts of studies wait for each other, step by step.
@Suite("Parts of studies in the worker's decisions")
struct StudyPartsTests {
    typealias Core = WorkerCore<Int, Bool>

    private let partition = TopicPartition(topic: "in", partition: 0)
    private let start = MonotonicTime(nanoseconds: 0)
    private let wall = Timestamp(microseconds: 0)
    private static let wait = Duration.seconds(10)

    private func core(isCurrent: Bool = true) -> Core {
        var limits = SimulatedWorker.limits
        limits.studies.eventsMax = 4
        var core = Core(limits: limits)
        core.assign([partition: OffsetLedger()])
        core.ordersAreCurrent()
        if isCurrent { core.historiesAreCurrent() }
        return core
    }

    private func name(_ study: String) throws -> Pseudonym {
        Pseudonym(of: try #require(DicomUID(study)), key: [1])
    }

    private func take(
        _ core: inout Core, _ offset: Int64, of study: String, expecting count: Int = 2,
        priority: Priority = .routine
    ) throws -> StudyTicket {
        let position = RecordPosition(topic: "in", partition: 0, offset: offset)
        let record = InboundRecord(
            position: position, key: nil, value: [], headers: [], timestamp: nil)
        let admitted = core.admit(record, now: start, wall: wall)
        let ticket = try #require(admitted)
        let event = StudyEvent(
            id: "\(offset)", source: "test", time: nil, traceparent: nil,
            study: try #require(DicomUID(study)), priority: priority,
            instances: [InstanceReference(uri: "file:///\(offset)")],
            expected: StudyExpectation(instances: count))
        core.schedule(
            ticket, event: event, deadline: start + .seconds(priority.rank + 1),
            part: StudyPart(
                study: try name(study), origin: position, closeAt: start + Self.wait))
        return ticket
    }

    /// The offsets of the events that the next job stands for.
    private func job(_ core: inout Core, after time: Duration = .zero) -> [Int64]? {
        core.takeDecodeJob(now: start + time)?.assembly?.members.map(\.record.position.offset)
    }

    private func history(_ number: Int, isLive: Bool = true) -> StudyHistory {
        StudyHistory(
            number: number, finding: nil, digest: isLive ? Digest(of: []) : nil, parts: [],
            ordered: isLive ? .urgent : nil, isLive: isLive)
    }

    @Test("parts wait for what is expected, and are then read and committed together")
    func together() throws {
        var core = core()
        _ = try take(&core, 0, of: "1.2")
        _ = try take(&core, 1, of: "1.3")
        #expect(job(&core) == nil && core.waitingParts == 2)
        let last = try take(&core, 2, of: "1.2", priority: .stat)
        let first = core.takeDecodeJob(now: start)
        let assembly = try #require(first?.assembly)
        #expect(assembly.members.map(\.event.id) == ["0", "2"] && assembly.closing == .complete)
        #expect(first?.event.priority == .stat && first?.event.instances.count == 2)
        core.finish(last, outcome: true, now: start)
        let opened = core.openTransaction()
        let plan = try #require(opened)
        #expect(plan.recordCount == 2 && plan.outcomes.count == 1)
        // The other study's part is open, and what stands behind it is told in the metadata.
        #expect(plan.offsets.map(\.nextOffset) == [1] && plan.offsets[0].metadata != "")
        core.transactionCommitted()
        #expect(core.inFlight == 1)
    }

    @Test("what does not come is waited for until its time is over, and says so")
    func timedOut() throws {
        var core = core()
        _ = try take(&core, 0, of: "1.2")
        #expect(core.nextRetry == start + Self.wait)
        #expect(job(&core, after: Self.wait - .milliseconds(1)) == nil)
        let late = core.takeDecodeJob(now: start + Self.wait)
        #expect(late?.assembly?.closing == .timedOut)
    }

    @Test("nothing is read before it is known what was said of the studies before")
    func historiesFirst() throws {
        var core = core(isCurrent: false)
        _ = try take(&core, 0, of: "1.2", expecting: 1)
        #expect(core.wantsHistories && job(&core, after: Self.wait * 2) == nil)
        core.note(history(3), of: try name("1.2"))
        core.note(history(2), of: try name("1.2"))
        core.historiesAreCurrent()
        let job = core.takeDecodeJob(now: start)
        #expect(job?.assembly?.history?.number == 3 && job?.assembly?.closing == .late)
        #expect(job?.event.priority == .urgent, "a priority that a person gave was lowered")
        core.assign([TopicPartition(topic: "in", partition: 1): OffsetLedger()])
        core.ordersAreCurrent()
        _ = try take(&core, 1, of: "1.3")
        #expect(core.wantsHistories)
    }

    @Test("a study is read once at a time; what comes meanwhile is one revision")
    func oneAtATime() throws {
        var core = core()
        let first = try take(&core, 0, of: "1.2", expecting: 1)
        #expect(job(&core) == [0])
        for offset in 1...3 { _ = try take(&core, Int64(offset), of: "1.2", expecting: 1) }
        #expect(job(&core, after: Self.wait * 2) == nil)
        core.finish(first, outcome: true, now: start)
        let opened = core.openTransaction()
        #expect(opened != nil)
        core.note(history(1), of: try name("1.2"))
        core.transactionCommitted()
        #expect(job(&core) == [1, 2, 3])
    }

    @Test("a withdrawn study that comes again waits for its parts as a new one does")
    func again() throws {
        var core = core()
        core.note(history(4, isLive: false), of: try name("1.2"))
        _ = try take(&core, 0, of: "1.2")
        #expect(job(&core) == nil)
        _ = try take(&core, 1, of: "1.2")
        let job = core.takeDecodeJob(now: start)
        #expect(job?.assembly?.history?.number == 4 && job?.assembly?.closing == .complete)
    }

    @Test("what waits takes half of the room at most: the oldest study is read early")
    func crowded() throws {
        var core = core()
        let half = core.limits.intake.recordsMax / 2
        for offset in 0..<half { _ = try take(&core, Int64(offset), of: "1.\(offset)") }
        #expect(job(&core) == nil)
        _ = try take(&core, Int64(half), of: "1.99")
        let early = core.takeDecodeJob(now: start)
        #expect(early?.assembly?.members.map(\.event.id) == ["0"])
        #expect(early?.assembly?.closing == .crowded && core.waitingParts == half)
    }

    @Test("a study takes so many events and is then read; the next ones make a revision")
    func many() throws {
        var core = core()
        for offset in 0..<5 { _ = try take(&core, Int64(offset), of: "1.2", expecting: 99) }
        #expect(job(&core) == [0, 1, 2, 3])
        #expect(job(&core, after: Self.wait * 2) == nil && core.waitingParts == 1)
    }

    @Test("a part too far behind for one commit to tell of is not joined to the others")
    func beyondReach() throws {
        var core = core()
        _ = try take(&core, 0, of: "1.2", expecting: 3)
        _ = try take(&core, OffsetLedger.spanMax, of: "1.2", expecting: 3)
        _ = try take(&core, OffsetLedger.spanMax + 1, of: "1.2", expecting: 3)
        #expect(job(&core) == [0, OffsetLedger.spanMax])
    }

    @Test("a partition that would stand still for a waiting study lets it go")
    func ledgerFull() throws {
        var core = core()
        _ = try take(&core, 0, of: "1.2")
        let far = try take(&core, OffsetLedger.spanMax, of: "1.3", expecting: 1)
        #expect(core.flowChange() == .pause)
        let jobs = [job(&core), job(&core)]
        #expect(jobs.contains([0]) && jobs.contains([OffsetLedger.spanMax]))
        core.finish(far, outcome: true, now: start)
        #expect(core.hasPublishable)
    }

    @Test("draining and revoking leave nothing of what waits")
    func dropped() throws {
        for isDrained in [true, false] {
            var core = core()
            _ = try take(&core, 0, of: "1.2")
            _ = try take(&core, 1, of: "1.3", expecting: 1)
            _ = try take(&core, 2, of: "1.3", expecting: 1)
            if isDrained { core.drain() } else { core.revoke([partition]) }
            #expect(core.isIdle && core.waitingParts == 0 && core.bytes == 0)
            #expect(job(&core, after: Self.wait * 2) == nil)
        }
    }
}
