package import KafkaTransport
internal import Telemetry
package import VigilCore
internal import WorkerCore

/// Records at which workers may have died: tries them alone, and keeps what comes meanwhile until
/// its turn. The transport thread's alone.
package final class SuspectTrials {
    let context: TransportContext
    private let member: GroupMember
    private let flow: PartitionFlow
    private let intake: RecordIntake
    private let transactions: OutcomeTransactions
    private var probation = Probation()
    private var standStill: StandStill

    package init(
        _ context: TransportContext, member: GroupMember, flow: PartitionFlow,
        intake: RecordIntake, transactions: OutcomeTransactions
    ) {
        self.context = context
        self.member = member
        self.flow = flow
        self.intake = intake
        self.transactions = transactions
        standStill = StandStill(born: context.born)
    }

    /// When the next record may be tried before which the worker stands still.
    package var nextDue: MonotonicTime? { standStill.due }

    // MARK: Partitions

    /// Partitions were taken over, with the counts that an earlier owner committed of them.
    func assign(_ tallies: [TopicPartition: CrashTally]) throws(KafkaError) {
        probation.assign(tallies)
        if !probation.isOver { try keepOthersOut() }
    }

    /// Partitions are given back: nothing of them is tried or taken in.
    func leave(_ partitions: [TopicPartition]) {
        probation.leave(partitions)
        standStill.end()
    }

    /// Before partitions are given back in order: takes back that this stay was counted as a start,
    /// where nothing was done since.
    func takeBackStarts(_ partitions: [TopicPartition]) {
        let before = probation.countsBefore(partitions)
        let offsets = context.work.decide { $0.set(before) }
        if !offsets.isEmpty { transactions.commit(offsets) }
    }

    /// Nothing is known against a partition's next record any more.
    func clear(_ partition: TopicPartition) { probation.clear(partition) }

    /// Nothing stands in a partition beyond what was read.
    func reachedEnd(of partition: TopicPartition) { probation.reachedEnd(of: partition) }

    // MARK: Records

    /// Takes a record in, or keeps it until its turn comes.
    package func take(_ record: InboundRecord) {
        if probation.keeps(record.position.topicPartition) {
            probation.keep(record)
        } else {
            intake.take(record)
        }
    }

    /// Stops and goes on reading: what there is room for, and while a record is tried no other.
    package func applyFlow(now: MonotonicTime) throws(KafkaError) {
        guard probation.isOver else { return try keepOthersOut() }
        try flow.apply(now: now) { probation.wants($0) }
    }

    /// Reads the partitions alone whose records may be taken in or tried now.
    private func keepOthersOut() throws(KafkaError) {
        try flow.keepOthersOut { probation.wants($0) }
    }

    // MARK: Trying

    /// Tries suspects one after the other; when all were, takes in what came meanwhile.
    package func follow() throws(KafkaError) {
        let (work, isStopping) = (context.work, context.stop.isRequested)
        guard !probation.isOver else { return try followSteps() }
        work.decide { $0.clearForTrial() }
        if let ticket = probation.ticket {
            guard !work.decide({ $0.isInFlight(ticket) }) else { return }
            probation.passed()
            let stepped = probation.stepped
            work.decide { core in
                core.endTrial()
                core.mark(stepped, areSuspect: true)
            }
        }
        if let records = probation.end() { return try leaveProbation(records) }
        guard !transactions.isUnderway, !isStopping, work.decide({ $0.isClearForTrial }),
            let (record, tally) = probation.next(where: { place in
                work.decide { $0.isNew(place) }
            })
        else { return }
        try attempt(record, tally)
    }

    private func leaveProbation(_ records: [InboundRecord]) throws(KafkaError) {
        context.work.decide { $0.endTrials() }
        for record in records { intake.take(record) }
        context.work.wakeDecoders()
        try keepOthersOut()
        try followSteps()
    }

    /// Takes in the next step of partitions that are read in steps.
    private func followSteps() throws(KafkaError) {
        let stepped = probation.stepped
        guard !stepped.isEmpty else { return }
        let (records, free) = probation.nextStep { partition in
            context.work.decide { $0.isAtRest(partition) }
        }
        context.work.decide { $0.mark(free, areSuspect: false) }
        for record in records { intake.take(record) }
        try keepOthersOut()
    }

    /// Works on a suspect, or gives it up, once it is committed that this is begun.
    private func attempt(_ record: InboundRecord, _ tally: CrashTally) throws(KafkaError) {
        let verdict = tally.verdict
        // Where the study's finding stands decides what is said of one that is given up.
        guard verdict != .condemned || context.work.decide({ !$0.wantsHistories }) else { return }
        guard try hasStoodStill(before: record, tally) else { return }
        guard try commit([record.position.topicPartition: tally.started.triedAlone]) else { return }
        context.telemetry.emit(SuspectTried(verdict.told, at: record.position, deaths: tally.alone))
        let ticket: StudyTicket?
        switch verdict {
        case .clear, .suspect: ticket = intake.take(record, isAlone: true)
        case .condemned, .unreadable:
            ticket = intake.giveUp(record, deaths: tally.alone, isRead: verdict == .condemned)
        }
        guard let ticket else { return probation.clear(record.position.topicPartition) }
        probation.begin(ticket, record)
    }

    /// Whether the worker has stood still for long enough before a record at which one died alone
    /// is tried again or given up; begins with it once that is committed.
    private func hasStoodStill(
        before record: InboundRecord, _ tally: CrashTally
    ) throws(KafkaError) -> Bool {
        guard tally.wantsStandStill else { return true }
        let (position, now) = (record.position, context.clock.monotonic())
        if let isOver = standStill.isOver(before: position, now: now) {
            if isOver { standStill.end() }
            return isOver
        }
        if try commit([position.topicPartition: tally.standingStill]) {
            standStill.begin(before: position, now: now)
        }
        return false
    }

    /// Commits counts, and asks the group whether it has them.
    private func commit(_ tallies: [TopicPartition: CrashTally]) throws(KafkaError) -> Bool {
        let offsets = context.work.decide { $0.set(tallies) }
        guard !offsets.isEmpty else {
            // It is not the first of its partition any more, which clears it.
            for partition in tallies.keys { probation.clear(partition) }
            return false
        }
        transactions.commit(offsets)
        guard context.work.ended == nil else { return false }
        let committed = try member.committedOffsets(offsets.map(\.partition))
        return offsets.allSatisfy { $0.isAmong(committed) }
    }
}

extension CrashTally.Verdict {
    /// As the log has it.
    fileprivate var told: SuspectTried.Way {
        switch self {
        case .clear, .suspect: .alone
        case .condemned: .givenUp
        case .unreadable: .givenUpUnread
        }
    }
}
