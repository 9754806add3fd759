import Context
import KafkaTransport
import Pipeline
import SimulationKit
import Testing
import Triage
import VigilCore
import Wire
import WorkerCore

/// Workers that come and go on one cluster, with one study whose patient results become known of.
/// The transport, the decisions and the rules are the real ones; what stands in for the model says
/// the same of the study each time.
final class LateScene {
    static let topic = "context"
    static let patient = String(repeating: "0a", count: 16)
    static let place = TopicPartition(topic: TransportBench.input, partition: 0)

    let cluster = TransportBench.cluster()
    let clock = TurnedClock()
    let ordered: Priority
    private(set) var bench: TransportBench
    private(set) var parts: TransportParts
    private(set) var patients: PatientContexts
    private let start: Timestamp
    private var said: Int64 = 0
    /// Whether findings are held against an earlier study of the same scores.
    var hasPrior = false

    init(ordered: Priority = .routine) throws {
        self.ordered = ordered
        cluster.set(Self.topic, partitions: 1)
        start = clock.wall()
        (bench, parts, patients) = try Self.worker(cluster, clock)
    }

    private static func worker(
        _ cluster: FakeCluster, _ clock: TurnedClock
    ) throws -> (TransportBench, TransportParts, PatientContexts) {
        let patients = PatientContexts(topic: topic, late: LateRules.late)
        var limits = WorkerLimits.simulated
        limits.studies.revisableBytesMax = 1 << 20
        let bench = try TransportBench(
            cluster, clock: clock, limits: limits,
            patients: KnownPatients(contexts: patients))
        let parts = try bench.parts()
        let hasBegun = BrokerStart(
            bench.context, member: parts.member, producer: parts.producer
        ).run()
        #expect(hasBegun)
        cluster.give(place, to: 0)
        bench.clients.consumer?.hear(.assigned([place]))
        _ = bench.clients.consumer?.poll(max: 1)
        try parts.rebalances.assign([place])
        return (bench, parts, patients)
    }

    /// The worker is gone with all that it did not commit, and another takes its place.
    func crash() throws {
        (bench, parts, patients) = try Self.worker(cluster, clock)
        try read()
    }

    // MARK: What comes

    /// Puts a record on the topic of context.
    func say(_ result: MadeResult) {
        let body = result.body(at: start)
        cluster.append(
            InboundRecord(
                position: RecordPosition(topic: Self.topic, partition: 0, offset: said),
                key: Array("\(Self.patient)/\(result.id)".utf8), value: body.map { Array($0.utf8) },
                headers: [
                    RecordHeader("ce_specversion", "1.0"), RecordHeader("ce_id", "\(said)"),
                    RecordHeader("ce_source", "urn:test"),
                    RecordHeader("ce_type", "org.vigil.context.observation.v1"),
                ], timestamp: start))
        said += 1
    }

    /// Puts the study's event on the input topic.
    func sendStudy() {
        let plain = TransportScene.event(0, priority: ordered)
        let text = String(decoding: plain.value ?? [], as: UTF8.self)
        cluster.append(
            InboundRecord(
                position: plain.position, key: nil,
                value: Array("{\"patient\":\"\(Self.patient)\",\(text.dropFirst())".utf8),
                headers: plain.headers, timestamp: start, isStampedByBroker: true))
    }

    // MARK: What the worker does

    /// Takes in what is there.
    func read() throws {
        clock.pass(.seconds(1))
        for record in cluster.log(Self.place) { parts.intake.take(record) }
        for _ in 0..<3 { try parts.tables.follow() }
    }

    /// Decides what is to be decided, up to its outcome.
    func decide() throws {
        let now = clock.monotonic()
        guard let job = bench.work.decide({ $0.takeDecodeJob(now: now) }) else { return }
        let name = try #require(Pseudonym(hex: Self.patient))
        let known = patients.known(of: .named(name), at: job.contextTime, now: clock.wall())
        let key = bench.context.options.parts.pseudonyms.bytes
        var finding = LateRules.finding(
            job.event, Pseudonym(of: job.event.study, key: key), known, at: clock.wall())
        if hasPrior { finding = LateRules.withPrior(finding, of: name, at: job.contextTime) }
        bench.work.decide { $0.finish(job.ticket, outcome: .record(finding), now: now) }
    }

    /// Publishes what is done.
    func publish() {
        parts.transactions.publish()
        parts.transactions.end()
    }

    /// Begins to publish what is revised.
    func beginRevising() { parts.tables.revise(by: parts.transactions) }

    /// Revises what is to be revised.
    func revise() {
        beginRevising()
        parts.transactions.end()
    }

    /// Goes on until nothing more happens.
    func settle() throws {
        for _ in 0..<4 {
            clock.pass(.seconds(60))
            try read()
            try decide()
            publish()
            revise()
        }
    }

    // MARK: What is seen

    var records: [Finding] {
        get throws {
            try cluster.log(TransportBench.outputs.finding).map { try FindingDecoder.decode($0) }
        }
    }
}

/// A result as a laboratory sends it.
struct MadeResult: Sendable, Hashable {
    let id: String
    /// LOINC, and the unit.
    let code: String
    let unit: String
    /// Nil: a tombstone.
    let value: Double?
    let status: ObservationStatus
    /// Seconds from when the study was there.
    let observed: Int
    let issued: Int

    func body(at start: Timestamp) -> String? {
        value.map { value in
            "{\"codes\":[{\"system\":\"http://loinc.org\",\"code\":\"\(code)\"}],"
                + "\"value\":\(value),\"unit\":\"\(unit)\",\"status\":\"\(status.rawValue)\","
                + "\"effective\":\"\(start.later(by: .seconds(observed)))\","
                + "\"issued\":\"\(start.later(by: .seconds(issued)))\"}"
        }
    }
}
