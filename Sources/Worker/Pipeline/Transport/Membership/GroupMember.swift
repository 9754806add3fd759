package import KafkaTransport
internal import Processes
internal import Telemetry
internal import VigilCore
internal import WorkerCore

/// This worker's place in the group: the consumer that the transport speaks through, made anew
/// where only another one can go on. The transport thread's alone.
package final class GroupMember {
    /// How long the broker may take over one question.
    private static let answerMax = Duration.seconds(5)

    /// A broker aborts what was open for too long every ten seconds.
    private static let sweepMax = Duration.seconds(15)

    private let context: TransportContext
    private let producer: WorkerProducer
    private var consumer: any RecordConsuming & ~Copyable

    /// Makes the client, which joins no group yet; the broker need not be up.
    ///
    /// - Parameter producer: the worker's, by which it ends what a broker has left open.
    package init(_ context: TransportContext, producer: WorkerProducer) throws(KafkaError) {
        self.context = context
        self.producer = producer
        consumer = try context.clients.makeConsumer(
            of: [], preferring: context.options.urgentTopics, wakeUp: context.work.transport)
    }

    /// Joins the group for all topics that are read.
    func join() throws(KafkaError) { try consumer.subscribe(to: context.options.intakeTopics) }

    /// Leaves the group.
    func leave(within bound: Duration) { consumer.close(within: bound) }

    /// Leaves, and after a pause joins as a new consumer, unless a stop was asked for.
    func joinAnew(after pause: Duration) throws(KafkaError) {
        consumer.close(within: .seconds(1))
        let (clock, transport) = (context.clock, context.work.transport)
        let until = clock.monotonic() + pause
        while !context.stop.isRequested, clock.monotonic() < until {
            try context.threads.wait(for: [transport], until: until)
        }
        consumer = try context.clients.makeConsumer(
            of: context.options.intakeTopics, preferring: context.options.urgentTopics,
            wakeUp: transport)
        // What was signalled while it waited is to be looked at.
        transport.signal()
    }

    // MARK: Questions that are asked until they are answered

    /// The committed offsets, read again while an earlier owner's transaction holds them back.
    ///
    /// None does for longer than its timeout, unless the broker has ended it and left out the
    /// marker that says so: Kafka 4.4 does where a partition has no leader as its coordinator
    /// starts, as after a crash of an only broker. A transaction of the same name ends it then.
    /// Called between two transactions of this worker.
    func committedOffsets(
        _ partitions: [TopicPartition]
    ) throws(KafkaError) -> [CommittedOffset] {
        let timeout = context.clients.configuration.transactionTimeout
        let hiddenMax = min(PartitionTakeover.hiddenMax, timeout + Self.sweepMax)
        do throws(KafkaError) {
            return try committed(partitions, within: hiddenMax)
        } catch {
            guard error.isRetriable, !context.stop.isRequested else { throw error }
        }
        context.telemetry.emit(OffsetsHidden(waited: hiddenMax))
        try producer.takeOffsetsBack()
        return try committed(partitions, within: hiddenMax)
    }

    private func committed(
        _ partitions: [TopicPartition], within bound: Duration
    ) throws(KafkaError) -> [CommittedOffset] {
        try patiently(within: bound) { (consumer) throws(KafkaError) in
            guard consumer.isReplaced else {
                return try consumer.committed(partitions, timeout: Self.answerMax)
            }
            // librdkafka answers no such question of a client that the group has put out.
            let reader = try context.clients.makeReader(wakeUp: .ofClient())
            return try reader.committed(partitions, timeout: Self.answerMax)
        }
    }

    /// The offsets between which a partition has records now.
    func bounds(of place: TopicPartition) throws(KafkaError) -> Range<Int64> {
        try patiently(within: PartitionTakeover.hiddenMax) { (consumer) throws(KafkaError) in
            try consumer.bounds(of: place, timeout: Self.answerMax)
        }
    }

    /// Asks the broker again while it has no answer yet, within the bound.
    private func patiently<Answer>(
        within bound: Duration,
        _ ask: (borrowing any RecordConsuming & ~Copyable) throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        let deadline = context.clock.monotonic() + bound
        while true {
            do throws(KafkaError) {
                return try ask(consumer)
            } catch {
                guard error.isRetriable, context.clock.monotonic() < deadline,
                    !context.stop.isRequested
                else { throw error }
            }
        }
    }

    // MARK: Calls of the consumer, as ``KafkaConsumer`` describes them

    var assignment: Set<TopicPartition> { consumer.assignment }
    var paused: Set<TopicPartition> { consumer.paused }
    var isReplaced: Bool { consumer.isReplaced }

    func poll(max: Int) -> [ConsumerEvent] { consumer.poll(max: max) }

    func completeAssign(_ starts: [PartitionStart]) throws(KafkaError) {
        try consumer.completeAssign(starts)
    }

    func completeRevoke() throws(KafkaError) { try consumer.completeRevoke() }

    func pause(_ partitions: some Sequence<TopicPartition>) throws(KafkaError) {
        try consumer.pause(partitions)
    }

    func resume(_ partitions: some Sequence<TopicPartition>) throws(KafkaError) {
        try consumer.resume(partitions)
    }

    func seek(to offsets: [TopicPartition: Int64]) throws(KafkaError) {
        try consumer.seek(to: offsets, timeout: Self.answerMax)
    }

    func groupMetadata() throws(KafkaError) -> GroupMetadata { try consumer.groupMetadata() }

    func keepPreference() { consumer.keepPreference() }
}
