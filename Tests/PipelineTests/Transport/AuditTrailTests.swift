import Audit
import KafkaTransport
import Pipeline
import Signing
import Testing
import VigilCore
import Wire
import WorkerCore

@Suite("The audit log, as transactions end in every way")
struct AuditTrailTests {
    private let key = Result { try SigningKey.make() }

    /// A worker that keeps a log, with its start told.
    private func scene(
        records: Int = 1, cluster: FakeCluster? = nil
    ) throws -> TransportScene {
        let scene = try TransportScene.assigned(
            records: records, auditKey: try key.get(), cluster: cluster)
        scene.publish()
        return scene
    }

    private func leaves(_ scene: TransportScene) -> [AuditLeaf] {
        scene.cluster.log(TransportBench.outputs.audit).compactMap {
            guard case .leaf(let leaf, _) = try? AuditRecord.read($0) else { return nil }
            return leaf
        }
    }

    private func expectSound(
        _ scene: TransportScene, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let audit = SimulatedAudit(scene.cluster, key: try key.get().verifying)
        #expect(audit.broken == [], sourceLocation: sourceLocation)
    }

    private func fault(_ way: FailureWay, _ call: ClientCall, isDone: Bool = false) -> ClientFault {
        ClientFault(error: way.error(of: call), isDone: isDone)
    }

    @Test("a start is told by itself, and an outcome in its own transaction")
    func together() throws {
        let scene = try scene(records: 2)
        #expect(leaves(scene).map(\.index) == [0])
        guard case .start(let start)? = leaves(scene).first?.event else {
            Issue.record("the first leaf is no start")
            return
        }
        #expect(start.predecessor == .none && start.parts[.model] == Digest(of: []))
        try scene.finish(2)
        scene.publish()
        scene.expectPublished(2)
        #expect(leaves(scene).map(\.index) == [0, 1, 2, 3])
        guard case .outcome(let outcome) = leaves(scene)[1].event else {
            Issue.record("the second leaf is no outcome")
            return
        }
        #expect(outcome.kind == .notAssessed && outcome.finding != nil && outcome.study != nil)
        #expect(outcome.events.map(\.topic) == [TransportBench.input])
        try expectSound(scene)
    }

    @Test(
        "a transaction that is lost leaves no leaf, and its outcome's stands where it would have",
        arguments: OutcomeTransactionsTests.making, [FailureWay.abortable, .retriable])
    func lost(_ call: ClientCall, _ way: FailureWay) throws {
        let scene = try scene()
        try scene.finish()
        scene.cluster.fail(call, fault(way, call))
        scene.publish()
        scene.expectNothingLost()
        #expect(leaves(scene).map(\.index) == [0])
        scene.bench.clock.pass(.seconds(60))
        scene.publish()
        scene.expectPublished()
        #expect(leaves(scene).map(\.index) == [0, 1, 2])
        try expectSound(scene)
    }

    @Test("a commit whose answer was lost is told by the log, and nothing is told twice")
    func committedAllTheSame() throws {
        let scene = try scene()
        try scene.finish()
        scene.cluster.fail(.commit, fault(.retriable, .commit, isDone: true))
        scene.publish()
        scene.expectPublished()
        scene.bench.clock.pass(.seconds(60))
        scene.publish()
        scene.publish()
        scene.expectPublished()
        #expect(leaves(scene).map(\.index) == [0, 1, 2])
        try expectSound(scene)
    }

    @Test("a start whose commit's answer was lost is told once")
    func startOnce() throws {
        let scene = try TransportScene(auditKey: try key.get())
        scene.cluster.fail(.commit, fault(.retriable, .commit, isDone: true))
        scene.publish()
        #expect(leaves(scene).map(\.index) == [0] && scene.work.ended == nil)
        scene.bench.clock.pass(.seconds(5))
        scene.publish()
        scene.publish()
        #expect(leaves(scene).map(\.index) == [0])
        try expectSound(scene)
    }

    @Test("leaves are signed an interval after the oldest, once they are committed")
    func signs() throws {
        let scene = try scene()
        #expect(SimulatedAudit(scene.cluster, key: try key.get().verifying).checkpoints == 0)
        scene.bench.clock.pass(.milliseconds(250))
        scene.publish()
        scene.bench.clock.pass(.seconds(60))
        scene.publish()
        #expect(SimulatedAudit(scene.cluster, key: try key.get().verifying).checkpoints == 1)
        try expectSound(scene)
    }

    @Test("the next worker of the slot goes on with the log, and tells how this one ended")
    func goesOn() throws {
        let first = try scene()
        let killed = try TransportScene.assigned(
            auditKey: try key.get(), cluster: first.cluster)
        killed.publish()
        let ended = try TransportBench(
            first.cluster, auditKey: try key.get()
        ).loop()
        #expect(ended.begin())
        ended.endRounds()
        let last = try scene(cluster: first.cluster)
        let told = leaves(last).map(\.event)
        let predecessors = told.compactMap { event -> AuditStart.Predecessor? in
            guard case .start(let start) = event else { return nil }
            return start.predecessor
        }
        #expect(predecessors == [.none, .vanished, .vanished, .stopped])
        #expect(told.contains(.stop))
        #expect(leaves(last).map(\.index) == Array(0...4))
        try expectSound(last)
    }

    @Test("a worker whose log was changed behind its back does not start", arguments: [0, 1, 2])
    func changed(_ which: Int) throws {
        let first = try scene(records: 2)
        try first.finish(2)
        first.publish()
        let place = TopicPartition(topic: TransportBench.outputs.audit, partition: 0)
        var records = first.cluster.log(place)
        switch which {
        case 0: records.remove(at: 2)
        case 1: records.removeFirst()
        default: records.append(records[1])
        }
        first.cluster.replace(place, with: records)
        let bench = try TransportBench(first.cluster, auditKey: try key.get())
        let parts = try bench.parts()
        let start = BrokerStart(
            bench.context, member: parts.member, producer: parts.producer, audit: parts.audit)
        #expect(!start.run())
        guard case .failed(let error)? = bench.work.ended else {
            Issue.record("the worker goes on")
            return
        }
        #expect(error is AuditError && error.disposition == .shutDown(.dataError))
    }
}
