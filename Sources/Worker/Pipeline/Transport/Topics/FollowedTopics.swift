package import KafkaTransport
internal import Processes
internal import Telemetry
internal import VigilCore
internal import WorkerCore

/// Acts on what becomes of the topics under the worker: those that go, those that come back, and
/// those that were made anew. The transport thread's alone.
package final class FollowedTopics {
    private let context: TransportContext
    private let member: GroupMember
    private let producer: WorkerProducer
    private let transactions: OutcomeTransactions
    private let tables: StudyTables
    private let flow: PartitionFlow
    private let trials: SuspectTrials
    /// Looks after the topics, and what it last told of those that are not there.
    private let watch: TopicWatch
    private var acted = TopicWatch.News()

    package init(
        _ context: TransportContext, member: GroupMember, producer: WorkerProducer,
        transactions: OutcomeTransactions, tables: StudyTables, flow: PartitionFlow,
        trials: SuspectTrials, watch: TopicWatch
    ) {
        self.context = context
        self.member = member
        self.producer = producer
        self.transactions = transactions
        self.tables = tables
        self.flow = flow
        self.trials = trials
        self.watch = watch
    }

    /// Acts on what the watch has found.
    package func follow() throws(KafkaError) {
        let news = watch.news
        if news.missingInputs != acted.missingInputs {
            acted.missingInputs = news.missingInputs
            context.work.decide { $0.suspend(news.missingInputs) }
        }
        transactions.note(
            missingInputs: news.missingInputs, outputs: news.missingOutputs)
        if news.missingOutputs != acted.missingOutputs {
            acted.missingOutputs = news.missingOutputs
            tables.startAgain(news.missingOutputs)
            if news.missingOutputs.isEmpty { try renewProducer() }
        }
        for topic in news.anew.sorted() { startAnew(topic) }
        try flow.seekStarts()
    }

    /// Partitions are read from here on.
    func follow(_ takeovers: [PartitionTakeover]) {
        watch.follow(
            takeovers.reduce(into: [:]) {
                $0[$1.offset.partition] = FollowedLog(
                    readTo: $1.offset.nextOffset, mark: $1.start.ledger.mark)
            })
    }

    /// All of a partition before an offset was read.
    func note(end offset: Int64, of partition: TopicPartition) {
        watch.note(end: offset, of: partition)
    }

    /// Partitions are read no longer.
    func leave(_ partitions: [TopicPartition]) { watch.leave(partitions) }

    /// Begins to look after the topics; nil, and the worker ends, when there is no thread for it.
    func beginLooking() -> PeriodicThread? {
        do {
            return try PeriodicThread(every: TopicWatch.period) { [watch] in watch.look() }
        } catch {
            context.work.stop(.failed(ProcessError.threadRefused))
            return nil
        }
    }

    /// A producer that has seen a topic go knows it as gone for a while.
    private func renewProducer() throws(KafkaError) {
        transactions.end()
        guard try producer.renew() else { return }
        _ = try? producer.learn(context.options.outputTopics)
    }

    /// Reads a topic that was made anew from its beginning; what is in flight of the old one is
    /// answered all the same.
    private func startAnew(_ topic: String) {
        transactions.end()
        for partition in member.assignment where partition.topic == topic {
            // The brokers do not say yet where it begins: asked again in the next round.
            guard let (start, taken) = watch.renew(partition) else { return }
            let next = context.work.decide { core in
                defer { core.startAnew(partition, from: start, taken: taken) }
                return core.backlogs[partition]?.unread ?? 0
            }
            flow.restart(partition, at: start)
            trials.clear(partition)
            tellAnew(partition, committed: next, first: start)
        }
        watch.settle(topic)
        context.work.wakeDecoders()
    }

    private func tellAnew(_ partition: TopicPartition, committed: Int64, first: Int64) {
        context.telemetry.emit(
            CommittedOffsetAstray(
                kind: .madeAnew, topic: SafeText(operatorProvided: partition.topic),
                partition: partition.partition, committed: committed, first: first))
    }

    /// Begins partitions anew whose topic is another than the one that the commits are of.
    func identified(_ takeovers: [PartitionTakeover]) -> [PartitionTakeover] {
        var marks: [TopicPartition: RecordFingerprint] = [:]
        for takeover in takeovers {
            let offset = takeover.offset
            guard let next = offset.nextOffset else { continue }
            if !OffsetLedger.isReadable(metadata: offset.metadata) {
                context.telemetry.emit(
                    RecordIgnored(
                        .offsets, .unreadable,
                        at: RecordPosition(
                            topic: offset.partition.topic, partition: offset.partition.partition,
                            offset: max(takeover.log.lowerBound, next))))
            }
            marks[offset.partition] =
                OffsetLedger(nextOffset: next, metadata: offset.metadata).mark
        }
        let anew = watch.madeAnew(marks)
        return takeovers.map { takeover in
            let partition = takeover.offset.partition
            guard let next = takeover.offset.nextOffset, anew.contains(partition.topic) else {
                return takeover
            }
            tellAnew(partition, committed: next, first: takeover.log.lowerBound)
            var begun = takeover
            begun.startAnew()
            return begun
        }
    }

    /// Before partitions are given back: what is in flight of topics that are gone is kept, since
    /// nobody can read it again.
    func keepWorkOnGone(_ partitions: [TopicPartition]) {
        let gone = watch.missing(Set(partitions.map(\.topic)))
        guard !gone.isEmpty else { return }
        context.work.decide { $0.detach(partitions.filter { gone.contains($0.topic) }) }
    }
}
