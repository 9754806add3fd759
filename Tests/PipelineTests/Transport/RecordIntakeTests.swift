import KafkaTransport
import Pipeline
import Testing
import VigilCore
import Wire
import WorkerCore

@Suite("Taking records in, as calls fail")
struct RecordIntakeTests {
    private func fault(_ way: FailureWay, _ call: ClientCall) -> ClientFault {
        ClientFault(error: way.error(of: call))
    }

    @Test("an event is in flight once, however often it comes")
    func once() throws {
        let scene = try TransportScene.assigned()
        let record = scene.cluster.log(TransportScene.place)[0]
        #expect(scene.parts.intake.take(record) != nil)
        #expect(scene.parts.intake.take(record) == nil)
        #expect(scene.inFlight == 1)
    }

    @Test("what is no event becomes a dead letter, and is answered with its offset")
    func unreadable() throws {
        let scene = try TransportScene.assigned(records: 0)
        let record = InboundRecord(
            position: RecordPosition(topic: "in", partition: 0, offset: 0), key: nil,
            value: Array("no event".utf8), headers: [], timestamp: nil)
        #expect(scene.parts.intake.take(record) != nil)
        scene.publish()
        #expect(scene.deadLetters == 1 && scene.nextOffset == 1 && scene.inFlight == 0)
    }

    @Test("nothing is taken of partitions that are not this worker's")
    func notOurs() throws {
        let scene = try TransportScene()
        #expect(scene.parts.intake.take(scene.cluster.log(TransportScene.place)[0]) == nil)
    }

    // MARK: Retry topics

    /// A worker with a record of a retry topic that is due in a second.
    private func held() throws -> (TransportScene, TopicPartition) {
        let scene = try TransportScene(records: 0)
        let retries = scene.bench.context.options.retries
        let now = scene.bench.clock.wall()
        let outbound = try #require(
            retries.next(
                TransportScene.event(0), partition: 0, attempts: 1, first: now, now: now))
        scene.cluster.publish([outbound], [])
        let place = TopicPartition(topic: outbound.topic, partition: 0)
        scene.cluster.give(place, to: 0)
        scene.bench.clients.consumer?.hear(.assigned([place]))
        _ = scene.bench.clients.consumer?.poll(max: 1)
        try scene.parts.rebalances.assign([place])
        #expect(scene.parts.intake.take(scene.cluster.log(place)[0]) != nil)
        return (scene, place)
    }

    @Test("a partition of a retry topic is not read on before its record is due")
    func holds() throws {
        let (scene, place) = try held()
        try scene.parts.trials.applyFlow(now: scene.bench.clock.monotonic())
        #expect(scene.bench.clients.consumer?.paused == [place])
        scene.bench.clock.pass(.seconds(2))
        try scene.parts.trials.applyFlow(now: scene.bench.clock.monotonic())
        #expect(scene.bench.clients.consumer?.paused == [])
    }

    @Test("a pause or a resumption that fails is told, in any way", arguments: FailureWay.allCases)
    func flowFails(_ way: FailureWay) throws {
        let (scene, _) = try held()
        scene.cluster.fail(.pause, fault(way, .pause))
        #expect(throws: way.error(of: .pause)) {
            try scene.parts.trials.applyFlow(now: scene.bench.clock.monotonic())
        }
        try scene.parts.trials.applyFlow(now: scene.bench.clock.monotonic())
        scene.bench.clock.pass(.seconds(2))
        scene.cluster.fail(.resume, fault(way, .resume))
        #expect(throws: way.error(of: .resume)) {
            try scene.parts.trials.applyFlow(now: scene.bench.clock.monotonic())
        }
        #expect(scene.inFlight == 1)
    }

    @Test("reading stops when there is no room, and goes on when there is")
    func room() throws {
        let scene = try TransportScene.assigned(records: 12)
        let tickets = try scene.finish(12)
        #expect(tickets.count == 12)
        try scene.parts.trials.applyFlow(now: scene.bench.clock.monotonic())
        #expect(scene.bench.clients.consumer?.paused == [TransportScene.place])
        scene.parts.transactions.publishAll()
        #expect(scene.inFlight == 0)
        try scene.parts.trials.applyFlow(now: scene.bench.clock.monotonic())
        #expect(scene.bench.clients.consumer?.paused == [])
    }

    // MARK: Logs made anew

    @Test("what comes of a log that was made anew is taken once it is read from its beginning")
    func restart() throws {
        let scene = try TransportScene.assigned()
        let record = scene.cluster.log(TransportScene.place)[0]
        scene.parts.flow.restart(TransportScene.place, at: 0)
        #expect(scene.parts.intake.take(record) == nil)
        scene.cluster.fail(.seek, fault(.retriable, .seek))
        try scene.parts.flow.seekStarts()
        #expect(scene.parts.intake.take(record) == nil)
        try scene.parts.flow.seekStarts()
        #expect(scene.parts.intake.take(record) != nil)
    }

    @Test("a seek that fails for good is told", arguments: [FailureWay.abortable, .fatal])
    func seekFails(_ way: FailureWay) throws {
        let scene = try TransportScene.assigned()
        scene.parts.flow.restart(TransportScene.place, at: 0)
        scene.cluster.fail(.seek, fault(way, .seek))
        #expect(throws: way.error(of: .seek)) { try scene.parts.flow.seekStarts() }
    }
}
