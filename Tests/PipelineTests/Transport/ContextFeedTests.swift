import KafkaTransport
import Pipeline
import Testing
import VigilCore
import WorkerCore

@Suite("Reading what is known of patients, as calls fail")
struct ContextFeedTests {
    private static let topic = "context"
    private static let patient = String(repeating: "0a", count: 16)
    private static let calls: [ClientCall] = [.ends, .open, .read]

    /// A worker with a study that names its patient, of whom two results are on the topic.
    private struct Stage {
        let bench: TransportBench
        let parts: TransportParts
        let patients: PatientContexts

        init(priority: Priority = .routine, hasTopic: Bool = true) throws {
            patients = PatientContexts(topic: topic)
            let cluster = TransportBench.cluster()
            if hasTopic { cluster.set(topic, partitions: 1) }
            bench = try TransportBench(cluster, patients: KnownPatients(contexts: patients))
            for offset in 0..<2 { cluster.append(observation(Int64(offset))) }
            parts = try bench.parts()
            #expect(
                BrokerStart(bench.context, member: parts.member, producer: parts.producer).run())
            cluster.append(study(priority))
            cluster.give(TransportScene.place, to: 0)
            bench.clients.consumer?.hear(.assigned([TransportScene.place]))
            _ = bench.clients.consumer?.poll(max: 1)
            try parts.rebalances.assign([TransportScene.place])
            for record in cluster.log(TransportScene.place) { parts.intake.take(record) }
        }

        /// Whether a decoder gets the study now.
        var goes: Bool {
            let now = bench.clock.monotonic()
            return bench.work.decide { $0.takeDecodeJob(now: now) } != nil
        }

        func fail(_ call: ClientCall, _ way: FailureWay) {
            bench.cluster.fail(call, ClientFault(error: way.error(of: call)))
        }
    }

    private static func observation(_ offset: Int64, id: String? = nil) -> InboundRecord {
        let body =
            "{\"codes\":[{\"system\":\"http://loinc.org\",\"code\":\"2524-7\"}],\"value\":4.1,"
            + "\"unit\":\"mmol/L\",\"status\":\"final\",\"effective\":\"2026-11-24T05:30:00Z\"}"
        return InboundRecord(
            position: RecordPosition(topic: topic, partition: 0, offset: offset),
            key: Array("\(patient)/\(id ?? "o\(offset)")".utf8), value: Array(body.utf8),
            headers: [
                RecordHeader("ce_specversion", "1.0"), RecordHeader("ce_id", "\(offset)"),
                RecordHeader("ce_source", "urn:test"),
                RecordHeader("ce_type", "org.vigil.context.observation.v1"),
            ], timestamp: nil)
    }

    private static func study(_ priority: Priority) -> InboundRecord {
        let plain = TransportScene.event(0, priority: priority)
        let text = String(decoding: plain.value ?? [], as: UTF8.self)
        return InboundRecord(
            position: plain.position, key: nil,
            value: Array("{\"patient\":\"\(patient)\",\(text.dropFirst())".utf8),
            headers: plain.headers, timestamp: nil)
    }

    @Test("a study that names its patient waits until the topic is read to its end")
    func waits() throws {
        let stage = try Stage()
        #expect(!stage.goes && !stage.patients.isCurrent)
        try stage.parts.tables.follow()
        #expect(stage.patients.isCurrent && stage.patients.size.values == 2)
        #expect(stage.goes)
    }

    @Test("a stat study does not wait")
    func stat() throws {
        #expect(try Stage(priority: .stat).goes)
    }

    @Test("what comes later is read as it comes, and what is taken back is told in the metrics")
    func follows() throws {
        let stage = try Stage()
        try stage.parts.tables.follow()
        stage.bench.cluster.append(Self.observation(2))
        try stage.parts.tables.follow()
        #expect(stage.patients.size.values == 3 && stage.patients.isCurrent)
        let read = stage.bench.cluster.count(of: .open)
        try stage.parts.tables.follow()
        #expect(stage.bench.cluster.count(of: .open) == read)
    }

    @Test("what fails in passing is tried again, and waited for", arguments: Self.calls)
    func retriable(_ call: ClientCall) throws {
        let stage = try Stage()
        // One for the topic of orders, which is read first where both are.
        stage.bench.cluster.disturb { asked, _ in
            asked == call ? ClientFault(error: FailureWay.retriable.error(of: call)) : nil
        }
        try stage.parts.tables.follow()
        #expect(!stage.patients.isCurrent && !stage.goes && stage.bench.work.ended == nil)
        stage.bench.cluster.disturb { _, _ in nil }
        stage.bench.clock.pass(.seconds(6))
        try stage.parts.tables.follow()
        #expect(stage.patients.isCurrent && stage.goes)
    }

    @Test(
        "what fails for good ends nothing: studies go without, and it is told once",
        arguments: Self.calls, [FailureWay.abortable, .fatal])
    func fails(_ call: ClientCall, _ way: FailureWay) throws {
        let stage = try Stage()
        stage.fail(call, way)
        try stage.parts.tables.follow()
        #expect(!stage.patients.isCurrent && stage.bench.work.ended == nil)
        #expect(stage.bench.log.count(of: "context_topic_followed") == 1)
        #expect(stage.goes)
        stage.bench.clock.pass(.seconds(6))
        try stage.parts.tables.follow()
        #expect(stage.patients.isCurrent && stage.patients.size.values == 2)
    }

    @Test("a topic that cannot be read in time is waited for no longer, and read when it can be")
    func bounded() throws {
        let stage = try Stage()
        // The rest of the worker's calls go on.
        let topic = Self.topic
        stage.bench.cluster.set(topic, partitions: 1)
        stage.bench.cluster.disturb { call, _ in
            call == .open ? ClientFault(error: FailureWay.retriable.error(of: call)) : nil
        }
        try stage.parts.tables.follow()
        stage.bench.clock.pass(.seconds(59))
        try stage.parts.tables.follow()
        #expect(!stage.goes)
        stage.bench.clock.pass(.seconds(1))
        try stage.parts.tables.follow()
        #expect(!stage.patients.isCurrent && stage.goes)
        #expect(stage.bench.log.count(of: "context_topic_followed") == 1)
        stage.bench.cluster.disturb { _, _ in nil }
        stage.bench.clock.pass(.seconds(6))
        try stage.parts.tables.follow()
        #expect(stage.patients.isCurrent)
    }

    @Test("of a topic that was made anew nothing of the old one is known")
    func anew() throws {
        let stage = try Stage()
        try stage.parts.tables.follow()
        let place = TopicPartition(topic: Self.topic, partition: 0)
        stage.bench.cluster.replace(place, with: [Self.observation(0, id: "other")])
        stage.fail(.read, .abortable)
        try stage.parts.tables.follow()
        #expect(!stage.patients.isCurrent)
        stage.bench.clock.pass(.seconds(6))
        try stage.parts.tables.follow()
        #expect(stage.patients.isCurrent && stage.patients.size.values == 1)
    }

    @Test("each reason for which something is not used is told once")
    func refusals() throws {
        let stage = try Stage()
        for offset in 2..<6 {
            let plain = Self.observation(Int64(offset))
            stage.bench.cluster.append(
                InboundRecord(
                    position: plain.position, key: Array("nobody".utf8), value: plain.value,
                    headers: plain.headers, timestamp: nil))
        }
        try stage.parts.tables.follow()
        #expect(stage.bench.log.count(of: "context_refused") == 1)
        #expect(stage.patients.size.values == 2)
    }
}
