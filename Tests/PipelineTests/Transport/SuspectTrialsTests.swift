import KafkaTransport
import Pipeline
import Testing
import VigilCore
import WorkerCore

@Suite("Records at which workers died, as calls fail")
struct SuspectTrialsTests {
    /// A worker that takes over a partition at whose first record workers have died, as often
    /// while it was tried alone.
    private func suspect(alone: Int = 0) throws -> TransportScene {
        let scene = try TransportScene(records: 2)
        var ledger = OffsetLedger(nextOffset: 0, metadata: "")
        ledger.tally = CrashTally(offset: 0, starts: alone == 0 ? 2 : 3, alone: alone)
        scene.cluster.set(ledger.commit(of: TransportScene.place))
        try scene.assign()
        try scene.parts.tables.follow()
        for record in scene.cluster.log(TransportScene.place) { scene.parts.trials.take(record) }
        return scene
    }

    /// What is committed against the first record.
    private func tally(_ scene: TransportScene) -> CrashTally? {
        let committed = scene.cluster.committed([TransportScene.place])[0]
        return OffsetLedger(
            nextOffset: committed.nextOffset ?? 0, metadata: committed.metadata
        ).tally
    }

    @Test("a suspect is taken in alone, once it is committed that this is begun")
    func alone() throws {
        let scene = try suspect()
        #expect(scene.inFlight == 0)
        try scene.parts.trials.follow()
        #expect(scene.inFlight == 1 && tally(scene)?.alone == 1)
    }

    @Test("before one at which a worker died alone the next stands still, once that is committed")
    func standsStill() throws {
        let scene = try suspect(alone: 1)
        try scene.parts.trials.follow()
        #expect(scene.inFlight == 0 && tally(scene) == tally(scene)?.standingStill)
        let due = try #require(scene.parts.trials.nextDue)
        scene.bench.clock.pass(due - scene.bench.clock.monotonic() - .nanoseconds(1))
        try scene.parts.trials.follow()
        #expect(scene.inFlight == 0)
        scene.bench.clock.pass(.nanoseconds(1))
        try scene.parts.trials.follow()
        #expect(scene.inFlight == 1 && tally(scene)?.alone == 2)
        #expect(tally(scene)?.asFound.alone == 2 && scene.parts.trials.nextDue == nil)
    }

    @Test("one who dies while standing still says nothing against the record", arguments: 1...3)
    func diedStandingStill(alone: Int) throws {
        let scene = try suspect(alone: alone)
        for _ in 0..<3 {
            try scene.parts.tables.follow()
            try scene.parts.trials.follow()
        }
        #expect(scene.parts.trials.nextDue != nil)
        let next = try TransportScene(records: 2)
        let left = scene.cluster.committed([TransportScene.place])[0]
        next.cluster.set(
            OffsetLedger(nextOffset: left.nextOffset ?? 0, metadata: left.metadata)
                .commit(of: TransportScene.place))
        try next.assign()
        try next.parts.tables.follow()
        for record in next.cluster.log(TransportScene.place) { next.parts.trials.take(record) }
        try next.parts.trials.follow()
        #expect(next.inFlight == 1 && tally(next)?.alone == 1)
    }

    @Test(
        "one of which it is not committed that it is begun is not worked on, and tried again",
        arguments: [ClientCall.begin, .sendOffsets, .commit], [FailureWay.abortable, .retriable])
    func notBegun(_ call: ClientCall, _ way: FailureWay) throws {
        let scene = try suspect()
        scene.cluster.fail(call, ClientFault(error: way.error(of: call)))
        try scene.parts.trials.follow()
        #expect(scene.work.ended == nil && scene.inFlight == 0 && tally(scene)?.alone == 0)
        scene.bench.clock.pass(.seconds(60))
        try scene.parts.trials.follow()
        #expect(scene.inFlight == 1 && tally(scene)?.alone == 1)
    }

    @Test("a fenced producer works on no suspect", arguments: [ClientCall.begin, .commit])
    func fenced(_ call: ClientCall) throws {
        let scene = try suspect()
        scene.cluster.fail(call, ClientFault(error: FailureWay.fatal.error(of: call)))
        try scene.parts.trials.follow()
        scene.expectEnded(.shutDown(.temporary))
        #expect(scene.inFlight == 0)
    }

    @Test("one that killed as often as is allowed is given up with a dead letter and a finding")
    func givenUp() throws {
        let scene = try suspect(alone: CrashTally.aloneMax)
        for _ in 0..<3 {
            try scene.parts.tables.follow()
            try scene.parts.trials.follow()
            scene.bench.clock.pass(.seconds(60))
        }
        scene.publish()
        #expect(scene.deadLetters == 1 && scene.findings == 1 && scene.nextOffset == 1)
    }

    @Test("what comes meanwhile is taken in when the suspect is done")
    func goesOn() throws {
        let scene = try suspect()
        try scene.parts.trials.follow()
        let first = try #require(scene.work.decide { $0.takeDecodeJob(now: .distant) })
        let record = try scene.record(first.ticket)
        let now = scene.bench.clock.monotonic()
        scene.work.decide { $0.finish(first.ticket, outcome: .record(record), now: now) }
        scene.publish()
        #expect(scene.findings == 1 && scene.inFlight == 0)
        try scene.parts.trials.follow()
        #expect(scene.inFlight == 1)
    }
}

extension MonotonicTime {
    /// Later than anything in these tests.
    fileprivate static let distant = MonotonicTime(nanoseconds: 1 << 60)
}
