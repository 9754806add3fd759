package import KafkaTransport
internal import Telemetry
package import VigilCore
internal import WorkerCore

/// Answers the group: takes partitions over between two transactions, gives them back after what is
/// finished, drops those that were lost. The transport thread's alone.
package final class Rebalances {
    let context: TransportContext
    let member: GroupMember
    let producer: WorkerProducer
    let transactions: OutcomeTransactions
    private let flow: PartitionFlow
    private let trials: SuspectTrials
    private let tables: StudyTables
    private let topics: FollowedTopics
    /// How often the consumer may be made anew.
    var rejoins = RejoinBudget()

    package init(
        _ context: TransportContext, member: GroupMember, producer: WorkerProducer,
        transactions: OutcomeTransactions, flow: PartitionFlow, trials: SuspectTrials,
        tables: StudyTables, topics: FollowedTopics
    ) {
        self.context = context
        self.member = member
        self.producer = producer
        self.transactions = transactions
        self.flow = flow
        self.trials = trials
        self.tables = tables
        self.topics = topics
    }

    // MARK: Taking over

    /// Takes partitions over where their last owner left them, between two transactions.
    package func assign(_ partitions: [TopicPartition]) throws(KafkaError) {
        transactions.end()
        let takeovers = topics.identified(
            try member.committedOffsets(partitions).map { (offset) throws(KafkaError) in
                try takeover(offset)
            })
        var ledgers: [TopicPartition: OffsetLedger] = [:]
        var tallies: [TopicPartition: CrashTally] = [:]
        for takeover in takeovers {
            (ledgers[takeover.offset.partition], tallies[takeover.offset.partition]) =
                takeover.start
        }
        tables.beginAnew()
        context.work.decide { [ledgers] in $0.assign(ledgers) }
        try member.completeAssign(
            takeovers.map {
                PartitionStart(partition: $0.offset.partition, offset: $0.offset.nextOffset)
            })
        topics.follow(takeovers)
        flow.release(partitions)
        try flow.pauseFull(partitions)
        try trials.assign(tallies)
        if !partitions.isEmpty { commitStarts(ledgers, takeovers) }
        let owned = member.assignment.count
        context.health.markBrokerSeen()
        context.health.mark(assignment: owned > 0 ? .partitions(owned) : .standby)
        context.telemetry.emit(PartitionsAssigned(count: partitions.count, owned: owned))
    }

    /// Holds what was committed of a partition against its log, and tells what does not fit.
    private func takeover(_ committed: CommittedOffset) throws(KafkaError) -> PartitionTakeover {
        let takeover = PartitionTakeover(
            committed, log: try member.bounds(of: committed.partition))
        guard let astray = takeover.astray, let next = committed.nextOffset else {
            return takeover
        }
        let (topic, partition) = (
            SafeText(operatorProvided: committed.partition.topic), committed.partition.partition
        )
        let first = takeover.log.lowerBound
        context.telemetry.emit(
            CommittedOffsetAstray(
                kind: astray == .logReset ? .logReset : .expired, topic: topic,
                partition: partition, committed: next, first: first))
        if case .overtaken(let count) = astray {
            context.telemetry.emit(
                EventsOvertaken(topic: topic, partition: partition, count: count, first: first))
        }
        return takeover
    }

    /// Commits where partitions stand when they are taken over, and that a worker began there: if
    /// it dies, the next one knows. Besides, librdkafka takes about a second to find its way for a
    /// first transaction with offsets, which an urgent study would have to wait for. Partitions
    /// without a commit are left out when reading begins anywhere but at the beginning.
    private func commitStarts(
        _ ledgers: [TopicPartition: OffsetLedger], _ takeovers: [PartitionTakeover]
    ) {
        let configuration = context.clients.configuration
        let reset =
            configuration.consumer["auto.offset.reset"]
            ?? configuration.common["auto.offset.reset"] ?? "earliest"
        let isFromBeginning = ["earliest", "smallest", "beginning"].contains(reset)
        let known = takeovers.map(\.offset).filter { $0.nextOffset != nil || isFromBeginning }
        let offsets = known.compactMap { start in
            ledgers[start.partition]?.commit(of: start.partition)
        }
        if !offsets.isEmpty { transactions.commit(offsets) }
    }

    // MARK: Giving back

    /// Gives partitions back: first publishes what is finished, then forgets the rest. Lost
    /// partitions may have a new owner already, so nothing of theirs is published but what is on
    /// its way.
    package func revoke(_ partitions: [TopicPartition], isLost: Bool) throws(KafkaError) {
        transactions.end()
        if !isLost {
            transactions.publishAll()
            trials.takeBackStarts(partitions)
        }
        trials.leave(partitions)
        topics.keepWorkOnGone(partitions)
        context.work.decide { $0.revoke(partitions) }
        topics.leave(partitions)
        flow.release(partitions)
        try member.completeRevoke()
        let owned = member.assignment.count
        context.health.mark(assignment: owned > 0 ? .partitions(owned) : .none)
        if isLost {
            context.telemetry.emit(PartitionsLost(count: partitions.count, owned: owned))
        } else {
            context.telemetry.emit(PartitionsRevoked(count: partitions.count, owned: owned))
        }
    }

    /// Drops all work on partitions that this worker no longer has.
    func abandon(_ partitions: [TopicPartition]) {
        context.work.decide { $0.revoke(partitions) }
        trials.leave(partitions)
        topics.leave(partitions)
        flow.release(partitions)
        context.health.mark(assignment: .none)
        context.telemetry.emit(PartitionsLost(count: partitions.count, owned: 0))
    }

    /// Before the worker ends in order.
    func leaveInOrder() { trials.takeBackStarts(Array(member.assignment)) }
}
