package import KafkaTransport
internal import Processes
internal import Telemetry
package import VigilCore
package import Wire
internal import WorkerCore

/// The one thread that speaks to Kafka, and its round: it hears what happened, lets each part do
/// its work, and sleeps on one wake-up that the consumer, the producer and the stages signal; a
/// timer only keeps it in its group when nothing happens. Made and run on one thread; only
/// ``StopRequest`` may be used by others.
package final class TransportLoop {
    /// Records taken from the consumer in one round, so that publishing is never far off.
    private static let recordsPerRound = 64

    private let context: TransportContext
    private let member: GroupMember
    private let producer: WorkerProducer
    private let trials: SuspectTrials
    private let flow: PartitionFlow
    private let tables: StudyTables
    private let transactions: OutcomeTransactions
    private let topics: FollowedTopics
    private let rebalances: Rebalances
    private let start: BrokerStart
    private var observer: QueueObserver
    private var ending: Ending

    /// What is told once, and how the worker ends.
    private struct Ending {
        var drain: ShutdownDrain
        /// Told when studies are being read; nil once it was.
        var onReady: ((Int) -> Void)?
        /// The longest sleep after which the group still takes this worker for alive.
        let sleepMax: Duration
    }

    /// Makes the clients; the broker need not be up yet.
    ///
    /// - Parameter onReady: called once, when partitions are assigned, with their number.
    package init(
        _ context: TransportContext, events: StudyEventDecoder, publisher: OutcomePublisher,
        energy: EnergyAccounts, logs: TopicWatch, onReady: @escaping (Int) -> Void
    ) throws(KafkaError) {
        self.context = context
        producer = try WorkerProducer(context)
        member = try GroupMember(context, producer: producer)
        flow = PartitionFlow(context, member: member)
        tables = StudyTables(context)
        let audit = AuditTrail(context)
        transactions = OutcomeTransactions(
            context, member: member, producer: producer, publisher: publisher, energy: energy,
            tables: tables, audit: audit)
        trials = SuspectTrials(
            context, member: member, flow: flow,
            intake: RecordIntake(context, events: events, flow: flow, logs: logs),
            transactions: transactions)
        topics = FollowedTopics(
            context, member: member, producer: producer, transactions: transactions,
            tables: tables, flow: flow, trials: trials, watch: logs)
        rebalances = Rebalances(
            context, member: member, producer: producer, transactions: transactions, flow: flow,
            trials: trials, tables: tables, topics: topics)
        start = BrokerStart(context, member: member, producer: producer, audit: audit)
        observer = QueueObserver(context, member: member, transactions: transactions)
        ending = Ending(
            drain: ShutdownDrain(context), onReady: onReady,
            sleepMax: context.clients.configuration.pollIntervalMax / 2)
    }

    /// Runs until a stop was asked for and what is in flight is done, or until something fails that
    /// only a restart can mend. Returns the reason, how many records were given up uncommitted, and
    /// when the stop was asked for or the failure was seen.
    package func run() -> (end: LockedCore.End, abandoned: Int, stopping: MonotonicTime) {
        let work = context.work
        if begin(), let looking = topics.beginLooking() {
            defer { withExtendedLifetime(looking) {} }
            while work.ended == nil {
                round()
                if isDrained { break }
                waitForWork()
            }
            endRounds()
        }
        let stopping = ending.drain.begun ?? context.clock.monotonic()
        work.stop(.finished)
        let abandoned = work.decide { $0.inFlight }
        member.leave(within: context.options.drainMax)
        return (work.ended ?? .finished, abandoned, stopping)
    }

    /// Whether a stop was asked for, and what was in flight is done or given up.
    package var isDrained: Bool { ending.drain.isOver }

    /// After the last round: takes the end of what is under way, and leaves in order unless the
    /// worker has failed.
    package func endRounds() {
        transactions.end()
        if context.work.ended == nil { rebalances.leaveInOrder() }
        transactions.publishLastWindow()
    }

    /// Waits for the broker and joins the group; false when the worker ends instead.
    package func begin() -> Bool { start.run() }

    /// What is done whenever something happened or is due.
    package func round() {
        transactions.end(waits: false)
        do throws(KafkaError) {
            if !transactions.isUnderway { try producer.poll() }
            for event in member.poll(max: Self.recordsPerRound) { try handle(event) }
            try topics.follow()
            try tables.follow()
            try trials.follow()
            let now = context.clock.monotonic()
            try trials.applyFlow(now: now)
            observer.follow(now: now)
        } catch {
            return recover(from: error)
        }
        ending.drain.follow()
        tables.revise(by: transactions)
        let now = context.clock.monotonic()
        if let due = transactions.nextDue(now: now), due <= now { transactions.publish() }
    }

    /// Goes on where a new consumer can; ends where only a restart can help.
    private func recover(from error: KafkaError) {
        do throws(KafkaError) {
            try rebalances.rejoin(error)
        } catch {
            context.work.stop(.failed(error))
        }
    }

    private func handle(_ event: ConsumerEvent) throws(KafkaError) {
        switch event {
        case .record(let record): trials.take(record)
        case .assigned(let partitions):
            try rebalances.assign(partitions)
            announceReady()
        case .revoked(let partitions): try rebalances.revoke(partitions, isLost: false)
        case .lost(let partitions): try rebalances.revoke(partitions, isLost: true)
        case .endOfPartition(let partition, let offset):
            topics.note(end: offset, of: partition)
            trials.reachedEnd(of: partition)
        case .failed(.unknownTopic(let fault)):
            // The watch tells of one that goes while the worker runs, and it is waited for.
            guard ending.onReady != nil else { break }
            guard start.mayTopicsAppear else { throw .unknownTopic(fault) }
            try rebalances.subscribeAgain(fault.subject?.name)
        case .failed(let error):
            if case .shutDown = error.disposition { throw error }
            context.telemetry.emit(
                KafkaLog(severity: .warning, text: "\(error.code): \(error.what)"))
        }
    }

    /// Tells, the first time, that studies are being read.
    private func announceReady() {
        let partitions = member.assignment.count { $0.topic == context.options.inputTopic }
        guard partitions > 0, let onReady = ending.onReady.take() else { return }
        context.health.markStarted()
        onReady(partitions)
    }

    /// Sleeps until something happens or the next moment at which something is due.
    private func waitForWork() {
        let now = context.clock.monotonic()
        let due = [
            transactions.nextDue(now: now), ending.drain.deadline, flow.nextDue, trials.nextDue,
            tables.nextDue,
            observer.nextDue, transactions.mayRevise ? tables.nextReview : nil,
            now + ending.sleepMax,
        ].compactMap { $0 }.min()
        // What the producer has to say during a transaction is heard by its thread.
        let heard = [context.work.transport] + (transactions.isUnderway ? [] : [producer.wakeUp])
        // An error of poll(2) ends the wait, and the loop looks again.
        try? context.threads.wait(for: heard, until: due)
    }
}
