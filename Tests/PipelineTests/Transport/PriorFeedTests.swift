import Context
import KafkaTransport
import Pipeline
import Testing
import VigilCore
import Wire

@Suite("Reading patients' earlier studies, as calls fail")
struct PriorFeedTests {
    private static let topic = TransportBench.outputs.finding
    private static let patient = Pseudonym(hex: String(repeating: "0a", count: 16))

    /// A worker that asks for earlier studies, of which two are on the topic.
    private struct Stage {
        let bench: TransportBench
        let parts: TransportParts
        let priors = PriorStudies(topic: topic, patientsMax: 10, spread: nil)

        init() throws {
            bench = try TransportBench(patients: KnownPatients(priors: priors))
            for number in 0..<2 { bench.cluster.append(try record(number, offset: number)) }
            parts = try bench.parts()
            #expect(
                BrokerStart(bench.context, member: parts.member, producer: parts.producer).run())
        }
    }

    /// What was said of a study that names the patient.
    private static func finding(_ number: Int) throws -> Finding {
        let event = TransportScene.event(Int64(number), priority: .routine)
        let decoded = try StudyEventDecoder().decode(event)
        let name = try #require(
            Pseudonym(hex: String(repeating: "0", count: 31) + "\(number)"))
        var finding = LateRules.finding(
            decoded, name, nil, at: Timestamp(microseconds: 1_800_000_000_000_000))
        finding.assessed?.prior = Finding.Prior(
            state: .noneKnown,
            asked: Finding.PriorQuestion(
                patient: patient, time: Timestamp(microseconds: Int64(number)),
                kind: Finding.StudyKind(view: "PA", modality: "DX"), spread: nil),
            earlier: nil, changes: [])
        return finding
    }

    private static func record(
        _ number: Int, offset: Int, value: [UInt8]?? = nil
    ) throws -> InboundRecord {
        let sent = FindingEncoder(topic: topic).encode(
            try finding(number), time: Timestamp(microseconds: 1_800_000_000_000_000))
        return InboundRecord(
            position: RecordPosition(topic: topic, partition: 0, offset: Int64(offset)),
            key: sent.key, value: value ?? sent.value, headers: sent.headers, timestamp: nil)
    }

    @Test("all that stands is read, and what comes later as it comes")
    func follows() throws {
        let stage = try Stage()
        #expect(!stage.priors.isCurrent)
        try stage.parts.tables.follow()
        #expect(stage.priors.isCurrent && stage.priors.size.studies == 2)
        #expect(stage.priors.size.patients == 1)
        stage.bench.cluster.append(try Self.record(2, offset: 2))
        try stage.parts.tables.follow()
        #expect(stage.priors.size.studies == 3)
        // One of them is taken back.
        stage.bench.cluster.append(try Self.record(1, offset: 3, value: .some(nil)))
        try stage.parts.tables.follow()
        #expect(stage.priors.size.studies == 2)
    }

    @Test("a record that cannot be read, or is of another study than its key, is told of")
    func unreadable() throws {
        let stage = try Stage()
        stage.bench.cluster.append(try Self.record(1, offset: 2, value: Array("{}".utf8)))
        let other = try Self.record(0, offset: 3).value
        stage.bench.cluster.append(try Self.record(1, offset: 3, value: other))
        try stage.parts.tables.follow()
        #expect(stage.priors.isCurrent && stage.priors.size.studies == 2)
        #expect(stage.bench.log.count(of: "record_ignored") == 2)
    }

    @Test("what fails ends nothing: it is not known until it can be read")
    func fails() throws {
        let stage = try Stage()
        stage.bench.cluster.disturb { call, _ in
            call == .read ? ClientFault(error: FailureWay.fatal.error(of: call)) : nil
        }
        try? stage.parts.tables.follow()
        #expect(!stage.priors.isCurrent && stage.bench.log.count(of: "priors_followed") == 1)
        stage.bench.cluster.disturb { _, _ in nil }
        stage.bench.clock.pass(.seconds(6))
        try stage.parts.tables.follow()
        #expect(stage.priors.isCurrent && stage.priors.size.studies == 2)
    }
}
