import Energy
import KafkaTransport
import Pipeline
import Settings
import Signing
import SimulationKit
import Synchronization
import Telemetry
import VigilCore
import Wire
import WorkerCore

/// One worker's transport, all of it as it is, over fake clients. Nothing of it has a thread.
final class TransportBench {
    let cluster: FakeCluster
    let clock: TurnedClock
    let threads: FakeThreads
    let clients: FakeClients
    let log = KeptLog()
    let work: LockedCore
    let stop: StopRequest
    let context: TransportContext
    /// What the parts are made of.
    let logs: TopicWatch
    private let energy: EnergyAccounts
    private let drafts: ReportDrafts?

    static let input = "in"
    static let urgent = "in.urgent"
    static let retry = "in.retry.1"
    static let outputs = Topics()

    /// Where outcomes go.
    struct Topics {
        let finding = "findings"
        let energy = "energy"
        let deadLetter = "dead"
        let expired = "expired"
        let worklist = "worklist"
        let audit = "audit"
        let drafts = "drafts"

        var all: [String] { [finding, energy, deadLetter, expired, worklist, audit, drafts] }
    }

    /// The topics of events and of studies that come back.
    static let intake = [
        input, urgent, retry, "in.deferred", "in.placed", "in.placed.urgent",
    ]

    /// A cluster that has all topics.
    static func cluster(partitions: Int32 = 1) -> FakeCluster {
        FakeCluster(topics: intake + outputs.all, partitions: partitions)
    }

    init(
        _ cluster: FakeCluster = TransportBench.cluster(), worker: Int = 0,
        clock: TurnedClock = TurnedClock(), limits: WorkerLimits = .simulated,
        recordsPerPoll: Int = 64, patients: KnownPatients = KnownPatients(),
        auditKey: SigningKey? = nil,
        drafts: ReportDrafts? = nil
    ) throws {
        self.drafts = drafts
        self.cluster = cluster
        self.clock = clock
        threads = FakeThreads(clock)
        clients = FakeClients(cluster, worker: worker, recordsPerPoll: recordsPerPoll)
        let telemetry = Telemetry(logSink: log, clock: clock, minimumLevel: .warning)
        work = try LockedCore(limits: limits, decoders: 1)
        stop = StopRequest(waking: work.transport)
        let carbon = try Self.carbon.get()
        var options = try Self.options(carbon)
        options.patients = patients
        context = TransportContext(
            options: options, work: work, stop: stop, clock: clock,
            telemetry: telemetry, health: HealthState(clock: clock), clients: clients,
            threads: threads, audit: try auditKey.map { try Self.auditRules($0, worker: worker) })
        logs = try TopicWatch(context)
        let meter = NoMeter(clock: clock, times: NoTimes())
        energy = EnergyAccounts(
            meter: meter, worker: "worker-\(worker)",
            window: EnergyWindow(studiesMin: 64, calibration: Self.cost), length: .seconds(3600),
            start: (meter.begin(), clock.wall()), carbon: carbon, clock: clock)
    }

    /// How a worker keeps its audit log.
    static func auditRules(_ key: SigningKey, worker: Int) throws -> AuditRules {
        let name = AuditTreeName(house: "test", group: "group", slot: "\(worker)")
        guard let name else { throw PipelineError.settingMissing("audit.name") }
        return AuditRules(
            topic: outputs.audit, tree: name, key: key, interval: .milliseconds(200), file: nil,
            start: AuditRules.Start(version: "1.0", parts: [.model: Digest(of: [])]))
    }

    private static let carbon = Result { try CarbonAccount(try Settings.load()) }

    /// What no study costs.
    static let cost = StudyCost(
        energy: StageEnergy(), low: 0, high: 0, work: 1, method: .none, zones: [])

    private static func options(_ carbon: CarbonAccount) throws -> TransportOptions {
        func byPriority(_ duration: Duration) -> [Priority: Duration] {
            Dictionary(uniqueKeysWithValues: Priority.allCases.map { ($0, duration) })
        }
        var waits = byPriority(.milliseconds(400))
        waits[.stat] = .milliseconds(50)
        return TransportOptions(
            inputTopic: input, urgentTopic: urgent,
            retries: RetryTopics(input: input, count: 1, firstPause: .seconds(1)),
            deferrer: Deferrer(
                topic: DeferralTopic(input: input), waitsForHours: false,
                budget: EnergyBudget(joules: nil, grams: nil), intensity: carbon.cache),
            rules: IntakeRules(
                deadlines: byPriority(.seconds(60)), partWaits: waits,
                clock: ProducerClock(skewMax: .seconds(300)),
                placement: StudyPlacement(rule: nil, input: input, urgent: urgent),
                rights: OrderRights(), mayRecall: { _ in true }),
            partitions: PartitionCounts(), outputTopics: outputs.all, startupMax: .seconds(60),
            drainMax: .seconds(30),
            parts: TransportOptions.Parts(
                findingTopics: [outputs.finding], pseudonyms: try PseudonymKey(file: nil)),
            orders: TransportOptions.Orders(
                topic: outputs.worklist, unvalidatedMayRaise: false))
    }

    /// Where studies come back from.
    var returns: ReturnTopics {
        ReturnTopics(
            retries: context.options.retries, deferrals: context.options.deferrer.topic,
            placed: context.options.rules.placement.placed)
    }

    private var publisher: OutcomePublisher {
        func deadLetters(_ topic: String) -> DeadLetterEncoder {
            DeadLetterEncoder(topic: topic, group: "group", instance: "worker")
        }
        let outputs = Self.outputs
        return OutcomePublisher(
            findings: FindingRecords(FindingEncoder(topic: outputs.finding), drafts: drafts),
            energy: EnergyEncoder(topic: outputs.energy),
            deadLetters: deadLetters(outputs.deadLetter), expired: deadLetters(outputs.expired),
            returns: returns,
            partitions: context.options.partitions, worklistTopic: outputs.worklist,
            clock: clock, telemetry: context.telemetry,
            crash: CrashHook(at: .none, transaction: 0), tracer: .silent,
            budget: EnergyBudget(joules: nil, grams: nil))
    }

    /// The whole transport.
    func loop(onReady: @escaping (Int) -> Void = { _ in }) throws -> TransportLoop {
        try TransportLoop(
            context, events: StudyEventDecoder(), publisher: publisher, energy: energy,
            logs: logs, onReady: onReady)
    }

    /// Its parts, each by itself.
    func parts() throws -> TransportParts {
        try TransportParts(context, publisher: publisher, energy: energy, logs: logs)
    }
}

/// The parts of a transport as ``TransportLoop`` puts them together.
struct TransportParts {
    let member: GroupMember
    let producer: WorkerProducer
    let flow: PartitionFlow
    let intake: RecordIntake
    let tables: StudyTables
    let audit: AuditTrail?
    let transactions: OutcomeTransactions
    let trials: SuspectTrials
    let topics: FollowedTopics
    let rebalances: Rebalances

    init(
        _ context: TransportContext, publisher: OutcomePublisher, energy: EnergyAccounts,
        logs: TopicWatch
    ) throws {
        producer = try WorkerProducer(context)
        member = try GroupMember(context, producer: producer)
        flow = PartitionFlow(context, member: member)
        tables = StudyTables(context)
        audit = AuditTrail(context)
        transactions = OutcomeTransactions(
            context, member: member, producer: producer, publisher: publisher, energy: energy,
            tables: tables, audit: audit)
        intake = RecordIntake(context, events: StudyEventDecoder(), flow: flow, logs: logs)
        trials = SuspectTrials(
            context, member: member, flow: flow, intake: intake, transactions: transactions)
        topics = FollowedTopics(
            context, member: member, producer: producer, transactions: transactions,
            tables: tables, flow: flow, trials: trials, watch: logs)
        rebalances = Rebalances(
            context, member: member, producer: producer, transactions: transactions, flow: flow,
            trials: trials, tables: tables, topics: topics)
    }
}

/// A log that a test reads.
final class KeptLog: LogSink {
    private let lines = Mutex<[String]>([])

    func write(_ line: String) { lines.withLock { $0.append(line) } }

    /// How many lines tell of an event.
    func count(of event: String) -> Int {
        lines.withLock { $0.count { $0.contains("\"event\":\"\(event)\"") } }
    }
}

/// A machine on which nothing takes time.
private struct NoTimes: ProcessorTimes {
    func own() -> Duration { .zero }
    func decoders() -> Duration { .zero }
    func machine() -> MachineTimes? { nil }
}
