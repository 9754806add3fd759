import KafkaTransport
import Pipeline
import Testing
import VigilCore
import Wire
import WorkerCore

@Suite("Reading what was said and ordered before, as calls fail")
struct StudyTablesTests {
    static let calls: [ClientCall] = [.ends, .open, .read]

    /// A worker that has a finished study, and an order of it by an earlier worker to be read.
    private func ordered() throws -> TransportScene {
        let scene = try TransportScene(records: 1, priority: .routine)
        let study = try #require(DicomUID("1.2.1"))
        let name = Pseudonym(
            of: study, key: scene.bench.context.options.parts.pseudonyms.bytes)
        scene.cluster.publish(
            [
                OrderToTell.whole(WorklistOrder(highest: .urgent)).record(
                    of: name, topic: TransportBench.outputs.worklist,
                    time: scene.bench.clock.wall())
            ], [])
        try scene.assign()
        try scene.finish()
        return scene
    }

    /// As what was ordered the study's finding was published.
    private func published(_ scene: TransportScene) throws -> [Priority] {
        try scene.cluster.log(TransportBench.outputs.finding).map {
            try FindingDecoder.decode($0).priority.ordered
        }
    }

    @Test("nothing is published before it is known what was ordered, and then no order is lowered")
    func waits() throws {
        let scene = try ordered()
        scene.publish()
        #expect(scene.findings == 0 && scene.inFlight == 1)
        try scene.parts.tables.follow()
        scene.publish()
        #expect(try published(scene) == [.urgent])
    }

    @Test("a reading that fails in passing is begun again after a while", arguments: Self.calls)
    func retriable(_ call: ClientCall) throws {
        let scene = try ordered()
        scene.cluster.fail(call, ClientFault(error: FailureWay.retriable.error(of: call)))
        try scene.parts.tables.follow()
        scene.publish()
        #expect(scene.work.ended == nil && scene.findings == 0)
        #expect(scene.parts.tables.nextDue != nil)
        try scene.parts.tables.follow()
        scene.publish()
        #expect(scene.findings == 0)
        scene.bench.clock.pass(.seconds(1))
        try scene.parts.tables.follow()
        scene.publish()
        #expect(try published(scene) == [.urgent])
    }

    @Test(
        "one that fails for good is told, and nothing was taken for known",
        arguments: Self.calls, [FailureWay.abortable, .fatal])
    func fails(_ call: ClientCall, _ way: FailureWay) throws {
        let scene = try ordered()
        scene.cluster.fail(call, ClientFault(error: way.error(of: call)))
        #expect(throws: way.error(of: call)) { try scene.parts.tables.follow() }
        scene.publish()
        #expect(scene.findings == 0 && scene.inFlight == 1)
    }

    @Test("a topic that cannot be read for long is said to be unknown with what is published")
    func unknown() throws {
        let scene = try ordered()
        let fault = ClientFault(error: FailureWay.retriable.error(of: .ends))
        scene.cluster.disturb { call, _ in call == .ends ? fault : nil }
        try scene.parts.tables.follow()
        scene.bench.clock.pass(.seconds(76))
        try scene.parts.tables.follow()
        scene.publish()
        let record = try #require(scene.cluster.log(TransportBench.outputs.finding).first)
        #expect(try !FindingDecoder.decode(record).priority.order.isKnown)
    }
}
