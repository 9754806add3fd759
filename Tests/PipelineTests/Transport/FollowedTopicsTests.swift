import KafkaTransport
import Pipeline
import Testing
import VigilCore
import WorkerCore

@Suite("Topics that go, come back or are made anew, as calls fail")
struct FollowedTopicsTests {
    /// A worker that has published a study, and whose topic was then made anew.
    private func madeAnew() throws -> TransportScene {
        let scene = try TransportScene.assigned(records: 2)
        try scene.finish(2)
        scene.publish()
        scene.expectPublished(2)
        scene.bench.logs.look()
        scene.cluster.replace(
            TransportScene.place, with: [TransportScene.event(0, priority: .stat)])
        scene.bench.logs.look()
        return scene
    }

    @Test("a topic that was made anew is read from its beginning, and what it holds is published")
    func anew() throws {
        let scene = try madeAnew()
        let record = scene.cluster.log(TransportScene.place)[0]
        #expect(scene.parts.intake.take(record) == nil)
        try scene.parts.topics.follow()
        #expect(scene.bench.clients.consumer?.position(of: TransportScene.place) == 0)
        try scene.finish()
        scene.publish()
        #expect(scene.work.ended == nil && scene.findings == 3 && scene.nextOffset == 1)
    }

    @Test("as long as the client cannot go there, nothing is taken of the new log")
    func seekLater() throws {
        let scene = try madeAnew()
        scene.cluster.fail(.seek, ClientFault(error: FailureWay.retriable.error(of: .seek)))
        try scene.parts.topics.follow()
        let record = scene.cluster.log(TransportScene.place)[0]
        #expect(scene.parts.intake.take(record) == nil)
        try scene.parts.topics.follow()
        #expect(scene.parts.intake.take(record) != nil)
    }

    @Test("a client that can never go there is told", arguments: [FailureWay.abortable, .fatal])
    func seekFails(_ way: FailureWay) throws {
        let scene = try madeAnew()
        scene.cluster.fail(.seek, ClientFault(error: way.error(of: .seek)))
        #expect(throws: way.error(of: .seek)) { try scene.parts.topics.follow() }
    }

    @Test("while a topic of outcomes is gone nothing is due, and what is finished waits")
    func outputsGone() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.cluster.set(TransportBench.outputs.finding, partitions: nil)
        scene.bench.logs.look()
        try scene.parts.topics.follow()
        #expect(scene.parts.transactions.nextDue(now: scene.bench.clock.monotonic()) == nil)
        scene.expectNothingLost()
        scene.cluster.set(TransportBench.outputs.finding, partitions: 1)
        scene.bench.logs.look()
        try scene.parts.topics.follow()
        scene.publish()
        scene.expectPublished()
    }

    @Test("no offset is committed of a topic of events that is gone")
    func inputGone() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.cluster.set(TransportBench.input, partitions: nil)
        scene.bench.logs.look()
        try scene.parts.topics.follow()
        scene.publish()
        #expect(scene.work.ended == nil && scene.findings == 0 && scene.nextOffset == 0)
        scene.cluster.set(TransportBench.input, partitions: 1)
        scene.bench.logs.look()
        try scene.parts.topics.follow()
        scene.publish()
        scene.expectPublished()
    }

    @Test(
        "a producer that cannot be renewed when topics come back ends the round",
        arguments: [FailureWay.abortable, .fatal])
    func renewalFails(_ way: FailureWay) throws {
        let scene = try TransportScene.assigned()
        for partitions: Int32? in [nil, 1] {
            scene.cluster.set(TransportBench.outputs.finding, partitions: partitions)
            scene.bench.logs.look()
            guard partitions != nil else {
                try scene.parts.topics.follow()
                continue
            }
            scene.cluster.fail(
                .initTransactions, ClientFault(error: way.error(of: .initTransactions)))
            #expect(throws: way.error(of: .initTransactions)) {
                try scene.parts.topics.follow()
            }
        }
    }
}
