import Testing
import VigilCore
import WorkerCore

/// Studies that a worker holds until a cleaner hour.
struct DeferralQueueTests {
    typealias Core = WorkerCore<Int, Bool>

    private static let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
    private static let partition = TopicPartition(topic: "in.deferred", partition: 0)

    private static func core(_ policy: DeferralPolicy) -> Core {
        var limits = WorkerLimits(
            inFlightMax: 100, resumeBelow: 50, preparedImagesMax: 8, batchImagesMax: 2,
            batchWaitMax: .milliseconds(20), attemptsMax: 3, transactionRecordsMax: 4,
            transactionWaitMax: .milliseconds(5))
        limits.deferral = policy
        var core = Core(limits: limits)
        core.assign([partition: OffsetLedger()])
        core.ordersAreCurrent()
        return core
    }

    private static let note = DeferralNote(
        origin: RecordPosition(topic: "in", partition: 0, offset: 1), timestamp: nil,
        decided: Timestamp(microseconds: 0), notBefore: Timestamp(microseconds: 0),
        intensity: 300, expected: 100)

    private static func event(_ priority: Priority, study: String = "1.2.3") throws -> StudyEvent {
        StudyEvent(
            id: "1", source: "test", time: nil, traceparent: nil,
            study: try #require(DicomUID(study)), priority: priority,
            instances: [InstanceReference(uri: "file:///a.dcm")])
    }

    private static func admit(
        _ core: inout Core, _ offset: Int64, now: MonotonicTime
    ) throws -> StudyTicket {
        let record = InboundRecord(
            position: RecordPosition(topic: partition.topic, partition: 0, offset: offset),
            key: nil, value: [], headers: [], timestamp: nil)
        let ticket = core.admit(record, now: now, wall: Timestamp(microseconds: 0))
        return try #require(ticket)
    }

    /// Holds a study until an hour, in seconds from the start.
    @discardableResult
    private static func hold(
        _ core: inout Core, _ offset: Int64, hour: Int?, deadline: Int = 86_400,
        priority: Priority = .routine, study: String = "1.2.3", at second: Int = 0
    ) throws -> StudyTicket {
        let now = start + .seconds(second)
        let ticket = try admit(&core, offset, now: now)
        core.hold(
            ticket, event: try event(priority, study: study), deadline: start + .seconds(deadline),
            note: note, notBefore: hour.map { start + .seconds($0) }, now: now)
        return ticket
    }

    private static func end(_ core: Core, _ ticket: StudyTicket) -> DeferralEnd? {
        core.study(ticket)?.deferral?.end?.reason
    }

    @Test("a study waits for its hour, and a decoder knows when to look again")
    func hour() throws {
        var core = Self.core(DeferralPolicy(idle: nil))
        let ticket = try Self.hold(&core, 0, hour: 7200)
        #expect(core.takeDecodeJob(now: Self.start) == nil)
        #expect(core.nextRetry == Self.start + .seconds(7200))
        let job = core.takeDecodeJob(now: Self.start + .seconds(7200))
        #expect(job?.ticket == ticket)
        #expect(Self.end(core, ticket) == .clean && core.deferralsWaiting == 0)
    }

    @Test("one whose deadline nears is taken with the margin and all work ahead to spare")
    func deadline() throws {
        var core = Self.core(DeferralPolicy(margin: .seconds(600), idle: nil))
        let ticket = try Self.hold(&core, 0, hour: 9000, deadline: 3600)
        try Self.hold(&core, 1, hour: 9000)
        // Two studies of the ten seconds that are taken for one before any was measured.
        let latest = Self.start + .seconds(3600 - 600 - 20)
        #expect(core.nextRetry == latest)
        #expect(core.takeDecodeJob(now: latest + .seconds(-1)) == nil)
        #expect(core.takeDecodeJob(now: latest)?.ticket == ticket)
        #expect(Self.end(core, ticket) == .deadline)
        #expect(core.takeDecodeJob(now: latest) == nil)
    }

    @Test("idle for long enough, a worker takes a batch of them, and other work ends that")
    func idle() throws {
        var core = Self.core(DeferralPolicy(idle: .seconds(60)))
        let tickets = try (0..<3).map { try Self.hold(&core, $0, hour: 9000) }
        #expect(core.takeDecodeJob(now: Self.start + .seconds(59)) == nil)
        let other = try Self.admit(&core, 3, now: Self.start + .seconds(59))
        core.schedule(
            other, event: try Self.event(.stat, study: "9"), deadline: Self.start + .seconds(70))
        let busy = Self.start + .seconds(200)
        #expect(core.takeDecodeJob(now: busy)?.ticket == other)
        #expect(core.takeDecodeJob(now: busy) == nil, "not idle while a study is decoded")
        core.finish(other, outcome: true, now: busy)
        #expect(core.takeDecodeJob(now: busy + .seconds(59)) == nil)
        let taken = (0..<3).compactMap { _ in
            core.takeDecodeJob(now: busy + .seconds(60))?.ticket
        }
        #expect(taken == Array(tickets.prefix(2)), "a batch is two images")
        #expect(core.deferralsWaiting == 1)
    }

    @Test("what is urgent or escalated never waits, and an escalation frees the study that does")
    func escalation() throws {
        var core = Self.core(DeferralPolicy(idle: nil))
        for priority in [Priority.stat, .urgent, .asap] {
            #expect(
                core.deferralCase(
                    try Self.event(priority), deadline: Timestamp(microseconds: .max)) == nil)
        }
        let waiting = try Self.hold(&core, 0, hour: 9000)
        let stranger = try Self.hold(&core, 1, hour: 9000, study: "7")
        let urgent = try Self.event(.urgent)
        let ticket = try Self.admit(&core, 2, now: Self.start)
        core.schedule(ticket, event: urgent, deadline: Self.start + .seconds(60))
        core.escalate(urgent, now: Self.start)
        #expect(Self.end(core, waiting) == .escalated && Self.end(core, stranger) == nil)
        let again = try #require(
            core.deferralCase(try Self.event(.routine), deadline: Timestamp(microseconds: .max)))
        #expect(again.study.isEscalated, "another event of that study is in flight")
        let late = try Self.hold(&core, 3, hour: 9000)
        #expect(Self.end(core, late) == .escalated)
    }

    @Test("no more wait than may, and none when waiting was switched off")
    func bounds() throws {
        var core = Self.core(DeferralPolicy(studiesMax: 2, idle: nil))
        let first = try Self.hold(&core, 0, hour: 9000, deadline: 50_000)
        try Self.hold(&core, 1, hour: 9000)
        #expect(
            core.deferralCase(
                try Self.event(.routine, study: "8"), deadline: Timestamp(microseconds: .max))
                == nil)
        try Self.hold(&core, 2, hour: 9000)
        #expect(core.takeDecodeJob(now: Self.start)?.ticket == first)
        #expect(Self.end(core, first) == .bound && core.deferralsWaiting == 2)
        let off = try Self.hold(&core, 3, hour: nil)
        #expect(Self.end(core, off) == .off)
    }

    @Test("one that waits never fills the bitmap of its partition's commit")
    func ledger() throws {
        var core = Self.core(DeferralPolicy(idle: nil))
        let first = try Self.hold(&core, 0, hour: 9000)
        try Self.hold(&core, OffsetLedger.spanMax / 2, hour: 9000)
        #expect(Self.end(core, first) == nil)
        try Self.hold(&core, OffsetLedger.spanMax / 2 + 1, hour: 9000)
        #expect(Self.end(core, first) == .bound)
    }

    @Test("those that wait are dropped with their partition and at the end, for the next owner")
    func leaving() throws {
        var core = Self.core(DeferralPolicy(idle: nil))
        try Self.hold(&core, 0, hour: 9000)
        core.revoke([Self.partition])
        #expect(core.deferralsWaiting == 0 && core.isIdle)
        core.assign([Self.partition: OffsetLedger()])
        core.ordersAreCurrent()
        try Self.hold(&core, 0, hour: 9000)
        core.drain()
        #expect(core.deferralsWaiting == 0 && core.isIdle)
    }
}
