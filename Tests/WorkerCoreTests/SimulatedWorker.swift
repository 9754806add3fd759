import SimulationKit
import VigilCore
import WorkerCore

/// A worker whose stages finish in a random order, on a clock that the simulation turns.
struct SimulatedWorker {
    typealias Core = WorkerCore<Int, Bool>

    private(set) var core: Core
    /// Which member of the group it is.
    let number: Int
    /// Broken promises.
    private(set) var problems: [String] = []
    /// Asks for a restart.
    private(set) var hasGivenUp = false
    /// How studies' files are to be had.
    var source = PixelSource.up
    /// How far the machine's time of day is off, in microseconds.
    private(set) var clockError: Int64 = 0
    private(set) var fetchAt: [TopicPartition: Int64] = [:]
    /// Studies that nobody has begun, by their deadlines.
    private var waiting: Set<StudyTicket> = []
    private var decoding: [StudyTicket] = []
    private var batches: [[Core.BatchMember]] = []
    /// A transaction that is made while other things happen.
    private var underway: Core.TransactionPlan?

    static let limits = WorkerLimits.simulated

    /// Images of the largest study.
    private static let imagesMax = 4

    init(number: Int) {
        self.number = number
        core = Core(limits: Self.limits)
    }

    /// Takes partitions over, once the transaction under way has ended.
    mutating func assign(
        _ partitions: [TopicPartition], from broker: inout SimulatedBroker, now: MonotonicTime,
        generator: inout SimulationGenerator
    ) {
        end(broker: &broker, now: now, generator: &generator)
        core.assign(
            Dictionary(uniqueKeysWithValues: partitions.map { ($0, broker.ledger(of: $0)) }))
        core.ordersAreCurrent()
        for partition in partitions {
            fetchAt[partition] = broker.fetchStart(of: partition)
        }
    }

    /// Gives a partition back, once the transaction under way has ended.
    mutating func revoke(
        _ partition: TopicPartition, from broker: inout SimulatedBroker, now: MonotonicTime,
        generator: inout SimulationGenerator
    ) {
        end(broker: &broker, now: now, generator: &generator)
        core.revoke([partition])
        fetchAt[partition] = nil
    }

    /// One random step.
    mutating func step(
        broker: inout SimulatedBroker, now: MonotonicTime, generator: inout SimulationGenerator
    ) {
        switch generator.below(7) {
        case 0: fetch(broker: broker, now: now, generator: &generator)
        case 1: startDecode(now: now)
        case 2: endDecode(now: now, generator: &generator)
        case 3: startBatch(now: now)
        case 4: endBatch(now: now, generator: &generator)
        case 5: begin(now: now)
        default: end(broker: &broker, now: now, generator: &generator)
        }
    }

    private mutating func fetch(
        broker: SimulatedBroker, now: MonotonicTime, generator: inout SimulationGenerator
    ) {
        _ = core.flowChange()
        guard !core.isPaused(.ordinary) else { return }
        for (partition, start) in fetchAt.sorted(by: { $0.key.partition < $1.key.partition }) {
            guard let offset = broker.offsets[partition]?.first(where: { $0 >= start }) else {
                continue
            }
            fetchAt[partition] = offset + 1
            take(partition: partition, offset: offset, now: now, generator: &generator)
        }
    }

    private mutating func take(
        partition: TopicPartition, offset: Int64, now: MonotonicTime,
        generator: inout SimulationGenerator
    ) {
        let record = InboundRecord(
            position: RecordPosition(
                topic: partition.topic, partition: partition.partition, offset: offset),
            key: nil, value: [], headers: [], timestamp: nil)
        let wall = wall(now)
        guard let ticket = core.admit(record, now: now, wall: wall) else { return }
        if generator.chance(percent: 10) {
            core.finish(ticket, outcome: false, now: now)
        } else {
            guard let event = Self.event(priority: Priority.allCases[generator.below(4)]) else {
                return
            }
            let deadline = now + .seconds(event.priority.rank)
            if generator.chance(percent: 15) {
                // As if the partition were the deferral topic's: some wait, most are let go early.
                let hour = now + .milliseconds(generator.below(400))
                core.hold(
                    ticket, event: event, deadline: deadline, note: Self.note, notBefore: hour,
                    now: now)
            } else {
                core.schedule(ticket, event: event, deadline: deadline)
                waiting.insert(ticket)
                core.escalate(event, now: now)
            }
        }
    }

    private mutating func startDecode(now: MonotonicTime) {
        guard let job = core.takeDecodeJob(now: now) else { return }
        decoding.append(job.ticket)
        checkOrder(of: job, now: now)
    }

    /// Nothing is begun before what goes first: by rank, and in a rank by what is due earlier. What
    /// is past its deadline may go before more urgent ones only when these are as well.
    private mutating func checkOrder(of job: Core.DecodeJob, now: MonotonicTime) {
        waiting.remove(job.ticket)
        waiting = waiting.filter { core.study($0) != nil }
        guard let order = core.study(job.ticket)?.turn else { return }
        let passed = waiting.compactMap { core.study($0)?.turn }.contains { other in
            other < order
                && (other.priority == order.priority || other.priority == .stat
                    || other.deadline >= now || order.deadline >= now)
        }
        if passed { problems.append("a study was begun before one that goes first") }
    }

    /// Ends the reading of an instance: its images are handed over, and the study is put back where
    /// it has more.
    private mutating func endDecode(now: MonotonicTime, generator: inout SimulationGenerator) {
        guard !decoding.isEmpty, source != .slow else { return }
        let ticket = decoding.remove(at: generator.below(decoding.count))
        guard source == .down || generator.chance(percent: 15) else {
            let images = 1 + generator.below(Self.imagesMax)
            let isLast = generator.chance(percent: 60)
            core.prepared(ticket, isLast ? 1 : 0, images: images, isLast: isLast, now: now)
            if !isLast { core.putBack(ticket, spent: .milliseconds(generator.below(2000))) }
            return
        }
        let wall = wall(now)
        let pause = Disposition.retry(after: .milliseconds(30))
        if core.fail(ticket, pause, now: now, wall: wall) == .postpone {
            core.finish(ticket, outcome: false, now: now)
        }
    }

    private mutating func startBatch(now: MonotonicTime) {
        guard case .run(let members, _) = core.takeBatch(now: now) else { return }
        batches.append(members)
    }

    /// Ends a batch: studies whose last images it held have their outcome; now and then one is
    /// given up whose images are still being read.
    private mutating func endBatch(now: MonotonicTime, generator: inout SimulationGenerator) {
        guard !batches.isEmpty else { return }
        for member in batches.remove(at: generator.below(batches.count)) {
            if member.prepared == 1 || generator.chance(percent: 5) {
                core.finish(member.ticket, outcome: true, now: now)
            }
        }
    }

    private mutating func begin(now: MonotonicTime) {
        guard underway == nil, let due = core.transactionDue(now: now), due <= now else { return }
        underway = core.openTransaction()
        if underway == nil {
            problems.append("a transaction was due and could not be opened")
        }
    }

    /// Ends the transaction under way: it is committed, refused, aborted, or nobody knows what
    /// became of it.
    private mutating func end(
        broker: inout SimulatedBroker, now: MonotonicTime, generator: inout SimulationGenerator
    ) {
        guard let plan = underway.take() else { return }
        let isTaken = broker.allows(number, plan.offsets) && !generator.chance(percent: 15)
        if isTaken {
            broker.commit(
                positions: plan.outcomes.map(\.study.record.position), offsets: plan.offsets)
        }
        // Without an answer, a new producer settles the transaction and the offsets tell.
        let hasAnswer = !generator.chance(percent: 20)
        let isKnown =
            hasAnswer
            ? isTaken
            : plan.isCommitted(given: broker.committed(plan.offsets.map(\.partition)))
        if isKnown {
            core.transactionCommitted()
        } else if !core.transactionAborted(now: now) {
            hasGivenUp = true
        }
    }

    /// What is not bounded as the limits say.
    mutating func checkBounds(partitions: Int) {
        let limits = Self.limits
        if core.inFlight > limits.intake.recordsMax + partitions {
            problems.append("\(core.inFlight) records in flight")
        }
        // An instance counts for one image until it is decoded.
        let images = limits.reading.imagesTotalMax * Self.imagesMax
        if core.preparedImages > images { problems.append("\(core.preparedImages) images ready") }
    }

    /// Goes back in a partition, as librdkafka did after some resumptions.
    mutating func fetchAgain(_ partition: TopicPartition, by records: Int64) {
        fetchAt[partition] = fetchAt[partition].map { max(0, $0 - records) }
    }

    /// Sets the machine's time of day to another one, a day before or after at most.
    mutating func jump(_ generator: inout SimulationGenerator) {
        let day = 86_400_000_000
        clockError = Int64(generator.below(2 * day) - day)
    }

    private func wall(_ now: MonotonicTime) -> Timestamp {
        Timestamp(microseconds: now.nanoseconds / 1000 + clockError)
    }

    /// Stops in order.
    mutating func drain() { core.drain() }

    private static let note = DeferralNote(
        origin: RecordPosition(topic: "in", partition: 0, offset: 0), timestamp: nil,
        decided: Timestamp(microseconds: 0), notBefore: Timestamp(microseconds: 0),
        intensity: 300, expected: 100)

    private static func event(priority: Priority) -> StudyEvent? {
        DicomUID("1.2.3").map {
            StudyEvent(
                id: "1", source: "test", time: nil, traceparent: nil, study: $0,
                priority: priority, instances: [InstanceReference(uri: "file:///a.dcm")])
        }
    }
}
