import KafkaTransport
import Pipeline
import Testing
import VigilCore
import Wire
import WorkerCore

@Suite("Revising findings for late results, as calls fail")
struct LateResultsTests {
    static let making: [ClientCall] = [.begin, .produce, .sendOffsets, .commit]

    private static func lactate(
        _ value: Double?, id: String = "l", status: ObservationStatus = .final
    ) -> MadeResult {
        MadeResult(
            id: id, code: "2524-7", unit: "mmol/L", value: value, status: status, observed: -600,
            issued: -300)
    }

    /// A worker that has published a study of which nothing was known.
    private func published() throws -> LateScene {
        let scene = try LateScene()
        scene.sendStudy()
        try scene.read()
        try scene.decide()
        scene.publish()
        scene.revise()
        #expect(try scene.records.count == 1)
        return scene
    }

    private func expectRaisedOnce(_ scene: LateScene) throws {
        let records = try scene.records
        #expect(records.count == 2 && records.last?.priority.effective == .urgent)
        #expect(records.last?.revision?.number == 2)
        #expect(records.last?.revision?.previous == records.first?.deterministicDigest)
        #expect(records.last?.revision?.parts == records.last?.revision?.answers.map(\.position))
    }

    @Test("one that changes a class makes one revision, and the group's offsets stay what they are")
    func once() throws {
        let scene = try published()
        let before = scene.cluster.committed([LateScene.place])
        scene.say(Self.lactate(4.5))
        try scene.settle()
        try expectRaisedOnce(scene)
        #expect(scene.cluster.committed([LateScene.place]) == before)
    }

    @Test("a raise is not new since the patient's last study: the images are what they were")
    func prior() throws {
        let scene = try LateScene()
        scene.hasPrior = true
        scene.sendStudy()
        try scene.read()
        try scene.decide()
        scene.publish()
        scene.say(Self.lactate(4.5))
        try scene.settle()
        try expectRaisedOnce(scene)
        let priors = try scene.records.map { try #require($0.assessed?.prior) }
        #expect(priors[0].changes.map(\.word) == [.unchanged, .unchanged, .unchanged])
        #expect(priors[1].changes.map(\.word) == [.unknown, .unchanged, .unchanged])
        #expect(priors[1].changes[0].doubt == .flaggedByContext)
        #expect(priors[1].asked == priors[0].asked && priors[1].earlier == priors[0].earlier)
    }

    @Test("one that changes none makes nothing, nor does it when workers come and go")
    func nothing() throws {
        let scene = try published()
        scene.say(Self.lactate(1.2))
        try scene.settle()
        try scene.crash()
        try scene.settle()
        #expect(try scene.records.count == 1)
    }

    @Test("what is taken back takes the raise back, and never below what a person ordered")
    func takenBack() throws {
        let scene = try LateScene(ordered: .asap)
        scene.sendStudy()
        scene.say(Self.lactate(4.5))
        try scene.settle()
        scene.say(Self.lactate(nil))
        try scene.settle()
        #expect(try scene.records.map(\.priority.effective) == [.urgent, .asap])
    }

    @Test("a failure that is known is followed by one revision", arguments: making)
    func abortable(_ call: ClientCall) throws {
        let scene = try published()
        scene.say(Self.lactate(4.5))
        try scene.read()
        scene.cluster.fail(call, ClientFault(error: FailureWay.abortable.error(of: call)))
        scene.revise()
        #expect(try scene.records.count == 1)
        try scene.settle()
        try expectRaisedOnce(scene)
    }

    @Test(
        "where nobody knows whether it was committed, the topic of findings tells",
        arguments: making, [false, true])
    func unknown(_ call: ClientCall, isDone: Bool) throws {
        let scene = try published()
        scene.say(Self.lactate(4.5))
        try scene.read()
        scene.cluster.fail(
            call, ClientFault(error: FailureWay.retriable.error(of: call), isDone: isDone))
        scene.revise()
        #expect(scene.bench.work.ended == nil)
        try scene.settle()
        try expectRaisedOnce(scene)
    }

    @Test("a worker that has lost the study's partition publishes nothing of it")
    func zombie() throws {
        let scene = try published()
        scene.say(Self.lactate(4.5))
        try scene.read()
        scene.cluster.give(LateScene.place, to: 1)
        scene.revise()
        #expect(try scene.records.count == 1)
        try scene.crash()
        try scene.settle()
        try expectRaisedOnce(scene)
    }

    @Test("one that is too large for the broker is given up, told of, and ends nothing")
    func tooLarge() throws {
        let scene = try published()
        scene.say(Self.lactate(4.5))
        try scene.read()
        scene.cluster.fail(
            .produce, ClientFault(error: .tooLarge(KafkaFault(operation: "produce", number: 10))))
        scene.revise()
        try scene.settle()
        #expect(try scene.records.count == 1 && scene.bench.work.ended == nil)
        #expect(scene.bench.log.count(of: "findings_not_revised") == 1)
    }

    @Test("once its time is over a finding stands, whatever becomes known")
    func over() throws {
        let scene = try published()
        scene.clock.pass(.seconds(86_400))
        scene.say(Self.lactate(4.5))
        try scene.settle()
        #expect(try scene.records.count == 1)
    }

    @Test("while not all is known of patients nothing is revised")
    func notCurrent() throws {
        let scene = try published()
        scene.say(Self.lactate(4.5))
        scene.cluster.fail(.read, ClientFault(error: FailureWay.retriable.error(of: .read)))
        scene.clock.pass(.seconds(1))
        try scene.parts.tables.follow()
        scene.revise()
        #expect(!scene.patients.isCurrent)
        #expect(try scene.records.count == 1)
        try scene.settle()
        try expectRaisedOnce(scene)
    }

    @Test("a finding that a newer worker wrote more into is not written again without it")
    func unreadable() throws {
        let scene = try published()
        let place = TopicPartition(topic: TransportBench.outputs.finding, partition: 0)
        let record = try #require(scene.cluster.log(place).first)
        let json = try JSONParser.parse(try #require(record.value))
        var object = try #require(json.objectValue)
        object["new"] = .integer(1)
        object["record_digest"] = .string(Finding.digest(of: .object(object)).hex)
        scene.cluster.replace(
            place,
            with: [
                InboundRecord(
                    position: record.position, key: record.key,
                    value: JSONWriter.bytes(.object(object)), headers: record.headers,
                    timestamp: nil)
            ])
        scene.say(Self.lactate(4.5))
        try scene.crash()
        try scene.settle()
        #expect(scene.cluster.log(place).count == 1)
        #expect(scene.bench.log.count(of: "findings_not_revised") == 1)
    }
}
