import Pipeline
import SimulationKit
import VigilCore
import Wire
import WorkerCore

/// What a simulated worker makes of a study that comes in parts.
enum StudyWorkerOutcome: Sendable {
    case finding(Finding.Revision, Set<String>)
    case retraction(Finding)
    case unwanted

    /// What it leaves as the study's history.
    var history: StudyHistory? {
        switch self {
        case .finding(let revision, let instances):
            StudyHistory(
                number: revision.number, finding: nil,
                digest: Digest(of: Array("\(revision.number) \(instances.sorted())".utf8)),
                parts: revision.parts, ordered: .routine, isLive: true)
        case .retraction(let retraction): StudyHistory(retraction)
        case .unwanted: nil
        }
    }
}

/// A worker over studies that come in parts, whose stages finish in a random order.
struct StudyWorker {
    struct Prepared: Sendable {
        let instances: Set<String>
        let revision: Finding.Revision
    }
    typealias Core = WorkerCore<Prepared, StudyWorkerOutcome>

    private(set) var core: Core
    let number: Int
    private(set) var problems: [String] = []
    private(set) var hasGivenUp = false
    private var fetchAt: [TopicPartition: Int64] = [:]
    private var decoding: [(StudyTicket, StudyAssembly.Plan?)] = []
    private var batches: [[Core.BatchMember]] = []
    /// A transaction that is made while other things happen.
    private var underway: Core.TransactionPlan?
    private var historiesRead = 0
    private var historiesGoal: Int?

    static let limits: WorkerLimits = {
        var limits = WorkerLimits.simulated
        limits.retries.attemptsMax = 1000
        limits.intake.recordsMax = 16
        return limits
    }()

    init(number: Int) {
        self.number = number
        core = Core(limits: Self.limits)
    }

    /// Takes a partition over, once the transaction under way has ended.
    mutating func assign(
        _ partition: TopicPartition, in world: inout StudySimulation.World,
        generator: inout SimulationGenerator
    ) {
        end(&world, generator: &generator)
        core.assign([partition: world.broker.ledger(of: partition)])
        core.ordersAreCurrent()
        fetchAt[partition] = world.broker.fetchStart(of: partition)
        historiesGoal = nil
    }

    /// Gives a partition back, once the transaction under way has ended.
    mutating func revoke(
        _ partition: TopicPartition, in world: inout StudySimulation.World,
        generator: inout SimulationGenerator
    ) {
        end(&world, generator: &generator)
        core.revoke([partition])
        fetchAt[partition] = nil
    }

    mutating func step(_ world: inout StudySimulation.World, generator: inout SimulationGenerator)
        throws
    {
        switch generator.below(8) {
        case 0: try fetch(world, generator: &generator)
        case 1: startDecode(world)
        case 2: endDecode(world, generator: &generator)
        case 3:
            if case .run(let members, _) = core.takeBatch(now: world.clock) {
                batches.append(members)
            }
        case 4: endBatch(world, generator: &generator)
        case 5: readHistories(world)
        case 6: begin(world)
        default: end(&world, generator: &generator)
        }
        // One record may come from each partition before the consumer is paused.
        if core.inFlight > Self.limits.intake.recordsMax + world.broker.partitions.count {
            problems.append("\(core.inFlight) records in flight")
        }
    }

    private mutating func fetch(
        _ world: StudySimulation.World, generator: inout SimulationGenerator
    ) throws {
        _ = core.flowChange()
        guard !core.isPaused(.ordinary) else { return }
        for (partition, start) in fetchAt.sorted(by: { $0.key < $1.key }) {
            let next = world.broker.offsets[partition]?.first { $0 >= start }
            guard let offset = next else { continue }
            fetchAt[partition] = offset + 1
            let position = RecordPosition(
                topic: partition.topic, partition: partition.partition, offset: offset)
            let wall = Timestamp(microseconds: 0)
            guard let record = world.log.records[position],
                let event = try world.log.event(at: position),
                let ticket = core.admit(record, now: world.clock, wall: wall)
            else { continue }
            let wait = Duration.milliseconds(event.priority == .stat ? 50 : 400)
            core.schedule(
                ticket, event: event, deadline: world.clock + .seconds(event.priority.rank),
                part: StudyPart(
                    study: StudyLog.name(of: event), origin: position,
                    closeAt: world.clock + wait))
        }
    }

    private mutating func startDecode(_ world: StudySimulation.World) {
        guard let job = core.takeDecodeJob(now: world.clock) else { return }
        guard let assembly = job.assembly else {
            problems.append("a part was read by itself")
            return
        }
        let records = world.log.records
        let assembler = StudyAssembler(events: StudyEventDecoder(), instancesMax: 512) {
            $0.map { records[$0] }
        }
        do throws(StageFailure) {
            decoding.append((job.ticket, try assembler.plan(assembly)))
        } catch {
            if error.error as? WireError != .duplicate { problems.append("\(error.error.code)") }
            decoding.append((job.ticket, nil))
        }
    }

    private mutating func endDecode(
        _ world: StudySimulation.World, generator: inout SimulationGenerator
    ) {
        guard !decoding.isEmpty else { return }
        let (ticket, plan) = decoding.remove(at: generator.below(decoding.count))
        if generator.chance(percent: 15) {
            let wall = Timestamp(microseconds: 0)
            let pause = Disposition.retry(after: .milliseconds(30))
            _ = core.fail(ticket, pause, now: world.clock, wall: wall)
            return
        }
        switch plan {
        case .read(let instances, let revision):
            let prepared = Prepared(instances: Set(instances.map(\.uri)), revision: revision)
            core.prepared(ticket, prepared, images: 1, now: world.clock)
        case .retract(let retraction):
            core.finish(ticket, outcome: .retraction(retraction), now: world.clock)
        case nil:
            core.finish(ticket, outcome: .unwanted, now: world.clock)
        }
    }

    private mutating func endBatch(
        _ world: StudySimulation.World, generator: inout SimulationGenerator
    ) {
        guard !batches.isEmpty else { return }
        for member in batches.remove(at: generator.below(batches.count)) {
            let made = member.prepared
            core.finish(
                member.ticket, outcome: .finding(made.revision, made.instances), now: world.clock)
        }
    }

    private mutating func readHistories(_ world: StudySimulation.World) {
        guard core.wantsHistories else { return }
        let goal = historiesGoal ?? world.findings.count
        historiesGoal = goal
        for finding in world.findings[historiesRead...].prefix(5) {
            historiesRead += 1
            if let history = finding.outcome.history { core.note(history, of: finding.study) }
        }
        if historiesRead >= goal {
            core.historiesAreCurrent()
            historiesGoal = nil
        }
    }

    private mutating func begin(_ world: StudySimulation.World) {
        guard underway == nil, let due = core.transactionDue(now: world.clock),
            due <= world.clock
        else { return }
        underway = core.openTransaction()
        if underway == nil {
            problems.append("a transaction was due and could not be opened")
        }
    }

    /// Ends the transaction under way: it is committed, refused, aborted, or nobody knows what
    /// became of it.
    private mutating func end(
        _ world: inout StudySimulation.World, generator: inout SimulationGenerator
    ) {
        guard let plan = underway.take() else { return }
        let isTaken =
            world.broker.allows(number, plan.offsets) && !generator.chance(percent: 15)
        if isTaken { world.commit(plan) }
        let hasAnswer = !generator.chance(percent: 20)
        let committed = world.broker.committed(plan.offsets.map(\.partition))
        guard hasAnswer ? isTaken : plan.isCommitted(given: committed) else {
            hasGivenUp = !core.transactionAborted(now: world.clock)
            return
        }
        for (study, outcome) in plan.outcomes {
            if let history = outcome.history, let assembly = study.assembly {
                core.note(history, of: assembly.study)
            }
        }
        core.transactionCommitted()
    }
}
