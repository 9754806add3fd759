package import KafkaTransport
internal import Processes
internal import Synchronization
package import Telemetry
package import VigilCore
package import Wire
internal import WorkerCore

/// The one thread that speaks to Kafka: it takes records in, answers rebalances, and publishes
/// outcomes with their offsets. It sleeps on one wake-up that the consumer, the producer and the
/// stages signal; a timer only keeps it in its group when nothing happens. Made and run on one
/// thread; only ``StopRequest`` may be used by others.
package final class TransportLoop {
    /// Records taken from the consumer in one round, so that publishing is never far off.
    static let recordsPerRound = 64

    /// A transaction that takes longer is told of as one that fails.
    private static let transactionSlow = Duration.seconds(10)

    let configuration: KafkaConfiguration
    let options: Options
    let work: LockedCore
    let events: StudyEventDecoder
    let publisher: OutcomePublisher
    let energy: EnergyAccounts
    let stop: StopRequest
    let clock: any VigilClock
    let telemetry: Telemetry
    let health: HealthState
    let sink: KafkaTelemetry
    let onReady: (Int) -> Void
    var consumer: KafkaConsumer
    var producer: SharedProducer
    /// The transaction that is made while records are taken in.
    var underway: TransactionUnderway?
    /// Partitions of retry topics whose next records are not due before these times.
    var heldUntil: [TopicPartition: MonotonicTime] = [:]
    /// What was said of studies before.
    var histories: TopicTable
    /// What was ordered of studies before, and since when that is waited for.
    var orders: TopicTable
    var ordersSince: MonotonicTime
    /// Looks after the topics.
    let topics: TopicWatch
    /// What it last told of those that are not there: of events, and of outcomes.
    var missingInputs: Set<String> = []
    var missingOutputs: Set<String> = []
    /// Where partitions begin whose logs were made anew, until the client has gone there.
    var starts: [TopicPartition: Int64] = [:]
    /// Records at which workers may have died.
    var probation = Probation()
    /// How often the consumer may be made anew.
    var rejoins = RejoinBudget()
    /// By which hash senders place studies.
    var senders: SenderPartitioning
    private var nextObservation: MonotonicTime
    /// The longest sleep after which the group still takes this worker for alive.
    private let sleepMax: Duration
    /// When the newest transaction began.
    var transactionBegun: MonotonicTime
    private var isReady = false
    /// Until when a topic that is not there may be one that was made a moment ago.
    private let topicsAppearBy: MonotonicTime
    private var drainBegun: MonotonicTime?
    private var drainDeadline: MonotonicTime? { drainBegun.map { $0 + options.drainMax } }

    /// Makes both clients; the broker need not be up yet.
    package init(
        configuration: KafkaConfiguration, options: Options, work: LockedCore,
        events: StudyEventDecoder, publisher: OutcomePublisher, energy: EnergyAccounts,
        stop: StopRequest, clock: any VigilClock, telemetry: Telemetry, health: HealthState,
        onReady: @escaping (Int) -> Void
    ) throws(KafkaError) {
        self.configuration = configuration
        self.options = options
        self.work = work
        self.events = events
        self.publisher = publisher
        self.energy = energy
        self.stop = stop
        self.clock = clock
        self.telemetry = telemetry
        self.health = health
        self.onReady = onReady
        nextObservation = clock.monotonic()
        sleepMax = configuration.pollIntervalMax / 2
        transactionBegun = nextObservation
        topicsAppearBy = nextObservation + .seconds(10)
        sink = KafkaTelemetry(telemetry: telemetry, health: health)
        ordersSince = nextObservation
        histories = TopicTable(
            options.parts.findingTopics, configuration: configuration, wakeUp: work.transport,
            sink: sink, now: nextObservation)
        orders = TopicTable(
            [options.orders.topic], configuration: configuration, wakeUp: work.transport,
            sink: sink, now: nextObservation)
        senders = SenderPartitioning(rule: options.rules.placement.rule)
        topics = try TopicWatch(
            configuration: configuration, inputs: options.intakeTopics,
            outputs: options.outputTopics, partitions: options.partitions,
            comparing: options.rules.placement.rule != nil, work: work, clock: clock,
            telemetry: telemetry, health: health)
        producer = try SharedProducer(configuration: configuration, sink: sink)
        consumer = try KafkaConsumer(
            configuration: configuration, topics: [], preferring: options.urgentTopics,
            wakeUp: work.transport, logSink: sink)
    }

    /// Runs until a stop was asked for and what is in flight is done, or until something fails that
    /// only a restart can mend. Returns the reason, how many records were given up uncommitted, and
    /// when the stop was asked for or the failure was seen.
    package func run() -> (end: LockedCore.End, abandoned: Int, stopping: MonotonicTime) {
        if startTransactions(), let watching = watchTopics() {
            defer { _ = watching }
            while work.ended == nil {
                round()
                if isDrained() { break }
                waitForWork()
            }
            endTransaction()
            if work.ended == nil { takeBackStarts(Array(consumer.assignment)) }
            publishLastWindow()
        }
        let stopping = drainBegun ?? clock.monotonic()
        work.stop(.finished)
        let abandoned = work.decide { $0.inFlight }
        consumer.close(within: options.drainMax)
        return (work.ended ?? .finished, abandoned, stopping)
    }

    /// Waits for the broker in slices, so that a stop is heard meanwhile.
    private func startTransactions() -> Bool {
        let begun = clock.monotonic()
        while !stop.isRequested {
            do throws(KafkaError) {
                try producer.initTransactions(within: .seconds(1))
                try learnTopics()
                try consumer.subscribe(to: options.intakeTopics)
                health.markBrokerSeen()
                return true
            } catch {
                let waited = clock.monotonic() - begun
                guard error.isRetriable, waited < options.startupMax else {
                    let outOfReach = PipelineError.brokerOutOfReach(producer.trouble)
                    work.stop(.failed(error.isRetriable ? outOfReach : error))
                    return false
                }
                tellWaiting(waited)
                if let refusal = producer.refusal {
                    work.stop(.failed(refusal))
                    return false
                }
            }
        }
        return false
    }

    /// Asks for the topics again while they may have been made a moment ago.
    private func learnTopics() throws(KafkaError) {
        var isTold = false
        while true {
            do throws(KafkaError) {
                let topics = options.outputTopics + options.intakeTopics
                options.partitions.note(try producer.learn(topics, within: .seconds(5)))
                return
            } catch {
                guard case .unknownTopic = error, clock.monotonic() < topicsAppearBy,
                    !stop.isRequested
                else { throw error }
                let topic = error.fault?.subject?.name ?? "not named"
                if !isTold { telemetry.emit(TopicAwaited(topic: topic)) }
                isTold = true
                // An error of poll(2) ends the wait, and the topics are asked for again.
                _ = try? WakeUp.wait(on: [], timeout: .milliseconds(200))
            }
        }
    }

    /// Says that no broker answers, and passes on what the client has to say about it.
    func tellWaiting(_ waited: Duration) {
        let trouble = producer.trouble
        telemetry.emit(BrokerAwaited(waited: waited, trouble: trouble?.what ?? "no answer"))
        health.mark(brokerTrouble: trouble?.what)
        // A fatal error shows again in the next call.
        try? producer.poll()
    }

    private func round() {
        endTransaction(waits: false)
        do throws(KafkaError) {
            if underway == nil { try producer.poll() }
            for event in consumer.poll(max: Self.recordsPerRound) { try handle(event) }
            try followTopics()
            try followTables()
            try followProbation()
            try applyFlow()
        } catch {
            recover(from: error)
            return
        }
        if stop.isRequested, drainBegun == nil { beginDraining() }
        let now = clock.monotonic()
        if nextTransaction(now: now).map({ $0 <= now }) ?? false { publish() }
    }

    /// When the next transaction is due; nil while one is under way.
    private func nextTransaction(now: MonotonicTime) -> MonotonicTime? {
        guard underway == nil, missingOutputs.isEmpty else { return nil }
        let next = energy.nextDue
        return work.decide { $0.transactionDue(now: now) }.map { min($0, next) } ?? next
    }

    /// Goes on where a new consumer can; ends where only a restart can help.
    private func recover(from error: KafkaError) {
        endTransaction()
        do throws(KafkaError) {
            guard consumer.isReplaced else { throw error }
            try rejoin(error)
        } catch {
            work.stop(.failed(error))
        }
    }

    private func handle(_ event: ConsumerEvent) throws(KafkaError) {
        switch event {
        case .record(let record) where probation.keeps(record.position.topicPartition):
            probation.keep(record)
        case .record(let record): take(record)
        case .assigned(let partitions): try assign(partitions)
        case .revoked(let partitions): try revoke(partitions, isLost: false)
        case .lost(let partitions): try revoke(partitions, isLost: true)
        case .endOfPartition(let partition, let offset):
            topics.note(end: offset, of: partition)
            probation.reachedEnd(of: partition)
        case .failed(.unknownTopic(let fault)):
            // The watch tells of one that goes while the worker runs, and it is waited for.
            guard !isReady else { break }
            guard clock.monotonic() < topicsAppearBy else { throw .unknownTopic(fault) }
            try subscribeAgain(fault.subject?.name)
        case .failed(let error):
            if case .shutDown = error.disposition { throw error }
            telemetry.emit(KafkaLog(severity: .warning, text: "\(error.code): \(error.what)"))
        }
    }

    private func applyFlow() throws(KafkaError) {
        let now = clock.monotonic()
        guard probation.isOver else {
            try keepOthersOut()
            return observe(now)
        }
        let limits = work.decide { $0.limits }
        for lane in IntakeLane.allCases {
            func isOfLane(_ place: TopicPartition) -> Bool {
                limits.intake.lane(of: place.topic) == lane
            }
            switch work.decide({ $0.flowChange(lane) }) {
            case .pause: try consumer.pause(consumer.assignment.filter(isOfLane))
            case .resume:
                try consumer.resume(
                    consumer.paused.filter { isOfLane($0) && probation.wants($0) })
            case nil: break
            }
        }
        // The records of a retry topic are due in the order in which they stand, so it is enough to
        // wait for the last one that was read.
        for (partition, due) in heldUntil where due <= now {
            heldUntil[partition] = nil
            let lane = limits.intake.lane(of: partition.topic)
            if !work.decide({ $0.isPaused(lane) }) { try consumer.resume([partition]) }
        }
        try consumer.pause(heldUntil.keys)
        observe(now)
    }

    /// Once a second, renews what librdkafka may have forgotten and tells how much is in flight.
    private func observe(_ now: MonotonicTime) {
        guard now >= nextObservation else { return }
        nextObservation = now + .seconds(1)
        consumer.keepPreference()
        if underway != nil, now - transactionBegun > Self.transactionSlow {
            health.mark(publishingFailure: "transaction_without_end")
        }
        let rules = options.rules
        let (depths, bytes, expected, deferred) = work.decide {
            (
                $0.depths, $0.bytes, $0.expectedWaits(now: now, allowed: rules.allowed),
                $0.deferralsWaiting
            )
        }
        telemetry.emit(
            QueueObserved(
                depths: depths, bytes: bytes, expected: expected, deferred: deferred,
                budgetShare: options.deferrer.budgetShare(at: clock.wall())))
    }

    /// Tells, the first time, that studies are being read.
    func announceReady(partitions: Int) {
        guard !isReady, partitions > 0 else { return }
        isReady = true
        health.markStarted()
        onReady(partitions)
    }

    private func beginDraining() {
        drainBegun = clock.monotonic()
        health.markShuttingDown()
        let inFlight = work.decide { core in
            core.drain()
            return core.inFlight
        }
        telemetry.emit(
            ShutdownRequested(
                reason: "signal", inFlight: inFlight, drainMax: options.drainMax))
        work.inference.signal()
    }

    private func isDrained() -> Bool {
        guard let drainDeadline else { return false }
        return work.decide { $0.isIdle } || clock.monotonic() >= drainDeadline
    }

    /// Sleeps until something happens or the next moment at which something is due.
    private func waitForWork() {
        let now = clock.monotonic()
        let due = [
            nextTransaction(now: now), drainDeadline, heldUntil.values.min(), tablesDue,
            nextObservation, now + sleepMax,
        ].compactMap { $0 }.min()
        // What the producer has to say during a transaction is heard by its thread.
        let heard = [work.transport] + (underway == nil ? [producer.wakeUp] : [])
        // An error of poll(2) ends the wait, and the loop looks again.
        _ = try? WakeUp.wait(
            on: heard.map(\.fileDescriptor), timeout: due.map { max(.zero, $0 - now) })
        for wakeUp in heard { wakeUp.drain() }
    }
}
