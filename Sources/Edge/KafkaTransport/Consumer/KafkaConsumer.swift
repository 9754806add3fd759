internal import CRdKafka
package import Processes
package import VigilCore

/// A member of a consumer group. One owner, one thread.
///
/// Nothing is called back: librdkafka's consumer queue signals a ``WakeUp`` when it turns
/// non-empty, and ``poll(max:)`` takes events out of it one by one, through the event interface.
/// Two bugs of 2.0.2 stay out of reach that way: batch consumption after pause or seek skips
/// records (pull request 4208), and a rebalance callback that does not assign at once makes close
/// hang. A rebalance is an event as well, and it is not over until ``completeAssign(_:)`` or
/// ``completeRevoke()`` is called, however much later, so that a transaction can be committed in
/// between.
///
/// Poll at least every `max.poll.interval.ms`, also when all partitions are paused.
package struct KafkaConsumer: ~Copyable {
    let client: ClientHandle
    let events: EventTranslator
    private let wakeUp: WakeUp
    /// The topics whose records are polled before all others.
    let preferredTopics: Set<String>
    var pending: PendingRebalance?
    var pausedPartitions: Set<TopicPartition> = []
    /// What was assigned and not revoked since.
    package internal(set) var assignment: Set<TopicPartition> = []
    /// Whether the group takes only what moves (`cooperative-sticky`) or everything (`range`). The
    /// client itself is not asked in time: it may be ending, and then never answers.
    let isCooperative: Bool
    private var isClosed = false

    /// A rebalance that waits for the application's answer.
    enum PendingRebalance {
        case assign([TopicPartition])
        case revoke([TopicPartition])
    }

    /// Makes the client and subscribes. The broker need not be up; nothing waits for it here.
    ///
    /// - Parameters:
    ///   - topics: see ``subscribe(to:)``; none joins no group yet.
    ///   - preferredTopics: their records are polled first, however many others were fetched before
    ///     them.
    ///   - wakeUp: signalled when there is something to poll. May be shared with other clients.
    ///   - logSink: takes librdkafka's logs and statistics, on the thread that polls.
    package init(
        configuration: KafkaConfiguration, topics: [String],
        preferring preferredTopics: Set<String> = [], wakeUp: WakeUp,
        logSink: any KafkaLogSink = SilentLogSink()
    ) throws(KafkaError) {
        let conf = try ClientConfiguration(configuration, role: .consumer)
        conf.withPointer {
            // No rebalance callback: with the event alone, librdkafka unassigns by itself when it
            // is destroyed without an answer.
            rd_kafka_conf_set_events(
                $0,
                RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_ERROR
                    | RD_KAFKA_EVENT_LOG | RD_KAFKA_EVENT_STATS)
        }
        let client = try ClientHandle(
            taking: try conf.makeClient(RD_KAFKA_CONSUMER), mainQueue: .consumer,
            hasPreferredQueue: !preferredTopics.isEmpty, wakeUp: wakeUp)
        if !topics.isEmpty { try Self.subscribe(client, to: topics) }
        isCooperative = Self.strategies(of: client).contains("cooperative")
        self.client = client
        self.wakeUp = wakeUp
        self.preferredTopics = preferredTopics
        events = EventTranslator(role: .consumer, configuration: configuration, sink: logSink)
    }

    /// Joins the group for the partitions of topics, which should exist: a static member that comes
    /// back under the same subscription is given what it had, and hears of a topic that was made
    /// meanwhile after `topic.metadata.refresh.interval.ms` only.
    ///
    /// - Parameter topics: names; one that begins with `^` is a regular expression.
    package func subscribe(to topics: [String]) throws(KafkaError) {
        try Self.subscribe(client, to: topics)
    }

    private static func subscribe(
        _ client: borrowing ClientHandle, to topics: [String]
    ) throws(KafkaError) {
        let list = PartitionList(
            topics.map { TopicPartition(topic: $0, partition: Int32(RD_KAFKA_PARTITION_UA)) })
        try KafkaError.check(
            rd_kafka_subscribe(client.pointer, list.pointer), operation: "subscribe")
    }

    /// `partition.assignment.strategy` as the client has it; it takes no mixture of the two kinds.
    private static func strategies(of client: borrowing ClientHandle) -> String {
        ClientConfiguration.value(
            of: "partition.assignment.strategy", in: rd_kafka_conf(client.pointer))
    }

    /// Takes what happened, without waiting. Records stop at a rebalance, which is the last event.
    ///
    /// When `max` records are reached the wake-up is signalled again, so that a caller that waits
    /// for it comes back for the rest.
    package mutating func poll(max: Int) -> [ConsumerEvent] {
        var taken: [ConsumerEvent] = []
        while taken.count < max {
            guard let event = client.preferredQueue?.next() ?? client.queue.next() else {
                return taken
            }
            guard let translated = events.translate(event, of: client.pointer) else { continue }
            taken.append(translated)
            switch translated {
            case .assigned(let partitions):
                pending = .assign(partitions)
            case .revoked(let partitions), .lost(let partitions):
                pending = .revoke(partitions)
            case .record, .failed, .endOfPartition:
                continue
            }
            break
        }
        wakeUp.signal()
        return taken
    }

    /// Leaves the group and closes the client, however the broker fares. Records still queued are
    /// dropped.
    ///
    /// Commit first: partitions are given back here without asking. A static member keeps its place
    /// in the group until its session times out, so that a restart does not disturb the others. A
    /// client that has failed for good has no place to give back, and answers nobody any more.
    ///
    /// - Parameter bound: how long to wait for the broker. The rest of the clean-up takes at most
    ///   five seconds more, when the consumer is dropped.
    /// - Returns: whether the group was left in order.
    @discardableResult
    package mutating func close(within bound: Duration) -> Bool {
        if isClosed { return true }
        isClosed = true
        guard fatalError == nil else { return false }
        let deadline = Deadline(after: bound)
        client.queue.disableWakeUp()
        guard let created = rd_kafka_queue_new(client.pointer), let signal = try? WakeUp() else {
            return false
        }
        // A queue of its own, since the consumer's cannot be forwarded to itself.
        let closing = QueueHandle(taking: created)
        closing.queue.enableWakeUp(signal)
        if let error = rd_kafka_consumer_close_queue(client.pointer, closing.queue.pointer) {
            _ = RichError(taking: error)
            return false
        }
        // An unanswered rebalance would hold the close up for ever.
        if pending != nil, !giveBack(until: deadline) { return false }
        while rd_kafka_consumer_closed(client.pointer) == 0 {
            while let event = closing.queue.next() {
                guard fatalError == nil else { return false }
                switch events.translate(event, of: client.pointer) {
                case .assigned(let partitions), .revoked(let partitions), .lost(let partitions):
                    pending = .revoke(partitions)
                    if !giveBack(until: deadline) { return false }
                case .record, .failed, .endOfPartition, nil:
                    continue
                }
            }
            if rd_kafka_consumer_closed(client.pointer) != 0 { break }
            if deadline.isOver { return false }
            _ = try? WakeUp.wait(on: [signal.fileDescriptor], timeout: deadline.remaining)
            signal.drain()
        }
        return true
    }

    /// Answers a rebalance while the client closes. librdkafka 2.0.2 may have taken its group down
    /// before it hears the answer, and the call then waits for ever.
    ///
    /// - Returns: whether it was heard in time.
    private mutating func giveBack(until deadline: Deadline) -> Bool {
        guard let finished = try? WakeUp() else { return false }
        var taken: [TopicPartition]?
        if isCooperative, case .revoke(let some)? = pending { taken = some }
        (pending, assignment, pausedPartitions) = (nil, [], [])
        nonisolated(unsafe) let pointer = client.pointer
        return DetachedCall(finished: finished) { [taken] in
            guard let taken else {
                rd_kafka_assign(pointer, nil)
                return
            }
            let list = PartitionList(taken)
            // Nobody is left to tell of an error.
            if let error = rd_kafka_incremental_unassign(pointer, list.pointer) {
                _ = RichError(taking: error)
            }
        }.run(within: deadline.remaining)
    }
}
