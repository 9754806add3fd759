internal import KafkaTransport
internal import Processes
internal import Telemetry
internal import VigilCore
internal import WorkerCore

extension TransportLoop {
    /// Acts on what the watch has found of the topics.
    func followTopics() throws(KafkaError) {
        let news = topics.news
        if news.missingInputs != missingInputs {
            missingInputs = news.missingInputs
            work.decide { $0.suspend(news.missingInputs) }
        }
        if news.missingOutputs != missingOutputs {
            let isBack = news.missingOutputs.isEmpty
            missingOutputs = news.missingOutputs
            // What was read of a topic that is gone says nothing of the new one.
            if !missingOutputs.isDisjoint(with: options.parts.findingTopics) {
                histories.startAgain()
            }
            if missingOutputs.contains(options.orders.topic) { orders.startAgain() }
            if isBack { try renewProducer() }
        }
        for topic in news.anew.sorted() { startAnew(topic) }
        try seekStarts()
    }

    /// Begins to look after the topics; nil, and the worker ends, when there is no thread for it.
    func watchTopics() -> PeriodicThread? {
        do {
            return try PeriodicThread(every: TopicWatch.period) { [topics] in topics.look() }
        } catch {
            work.stop(.failed(ProcessError.threadRefused))
            return nil
        }
    }

    /// A producer that has seen a topic go knows it as gone for a while.
    private func renewProducer() throws(KafkaError) {
        endTransaction()
        producer = try SharedProducer(configuration: configuration, sink: sink)
        guard try reachBroker() else { return }
        _ = try? producer.learn(options.outputTopics, within: .seconds(5))
    }

    /// Reads a topic that was made anew from its beginning; what is in flight of the old one is
    /// answered all the same.
    private func startAnew(_ topic: String) {
        endTransaction()
        for partition in consumer.assignment where partition.topic == topic {
            // The brokers do not say yet where it begins: asked again in the next round.
            guard let (start, taken) = topics.renew(partition) else { return }
            let next = work.decide { core in
                defer { core.startAnew(partition, from: start, taken: taken) }
                return core.backlogs[partition]?.unread ?? 0
            }
            starts[partition] = start
            probation.clear(partition)
            heldUntil[partition] = nil
            tellAnew(partition, committed: next, first: start)
        }
        topics.settle(topic)
        work.wakeDecoders()
    }

    /// Goes to the beginning of logs that were made anew, as soon as the client can.
    private func seekStarts() throws(KafkaError) {
        starts = starts.filter { consumer.assignment.contains($0.key) }
        guard !starts.isEmpty else { return }
        do throws(KafkaError) {
            try consumer.seek(to: starts, timeout: .seconds(5))
            starts = [:]
        } catch {
            guard error.isRetriable || error.isUnknownTopic else { throw error }
        }
    }

    private func tellAnew(_ partition: TopicPartition, committed: Int64, first: Int64) {
        telemetry.emit(
            CommittedOffsetAstray(
                kind: .madeAnew, topic: SafeText(operatorProvided: partition.topic),
                partition: partition.partition, committed: committed, first: first))
    }

    /// Where reading of partitions is to begin: at their beginning where the topic is another than
    /// the one that the commits are of.
    func identified(
        _ committed: [CheckedOffset]
    ) -> [CommittedOffset] {
        var marks: [TopicPartition: RecordFingerprint] = [:]
        for checked in committed {
            let (offset, start) = (checked.offset, checked.start)
            guard let next = offset.nextOffset else { continue }
            if !OffsetLedger.isReadable(metadata: offset.metadata) {
                telemetry.emit(
                    RecordIgnored(
                        .offsets, .unreadable,
                        at: RecordPosition(
                            topic: offset.partition.topic, partition: offset.partition.partition,
                            offset: max(start, next))))
            }
            marks[offset.partition] =
                OffsetLedger(nextOffset: next, metadata: offset.metadata).mark
        }
        let anew = topics.madeAnew(marks)
        return committed.map { checked in
            let (offset, start) = (checked.offset, checked.start)
            guard let next = offset.nextOffset, anew.contains(offset.partition.topic) else {
                return offset
            }
            tellAnew(offset.partition, committed: next, first: start)
            return CommittedOffset(partition: offset.partition, nextOffset: start, metadata: "")
        }
    }

    /// Before partitions are given back: what is in flight of topics that are gone is kept, since
    /// nobody can read it again.
    func keepWorkOnGone(_ partitions: [TopicPartition]) {
        let gone = topics.missing(Set(partitions.map(\.topic)))
        guard !gone.isEmpty else { return }
        work.decide { $0.detach(partitions.filter { gone.contains($0.topic) }) }
    }
}
