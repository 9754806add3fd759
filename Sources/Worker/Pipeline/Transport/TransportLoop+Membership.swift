internal import KafkaTransport
internal import Processes
internal import Telemetry
internal import VigilCore
internal import Wire
internal import WorkerCore

extension TransportLoop {
    /// A broker may not know yet of topics that were made on another one, or just before. A client
    /// that has asked would ask again after minutes only, so a new one takes its place.
    func subscribeAgain(_ topic: SafeText?) throws(KafkaError) {
        endTransaction()
        telemetry.emit(TopicAwaited(topic: topic ?? "not named"))
        try replaceConsumer(after: .milliseconds(200))
    }

    /// The group takes another member for the holder of this worker's name. Gives up what was in
    /// flight, as for lost partitions, and joins anew, unless a second worker of this name runs.
    ///
    /// - Throws: when this worker has to end.
    func rejoin(_ error: KafkaError) throws(KafkaError) {
        abandon(Array(consumer.assignment))
        let now = clock.monotonic()
        guard let pause = rejoins.spend(now: now, seed: UInt64(ProcessIdentity.number)) else {
            throw error
        }
        telemetry.emit(MemberReplaced(pause: pause))
        guard try holdsName() else { return }
        try replaceConsumer(after: pause)
    }

    /// Drops all work on partitions that this worker no longer has.
    func abandon(_ partitions: [TopicPartition]) {
        work.decide { $0.revoke(partitions) }
        probation.leave(partitions)
        topics.leave(partitions)
        for partition in partitions { heldUntil[partition] = nil }
        health.mark(assignment: .none)
        telemetry.emit(PartitionsLost(count: partitions.count, owned: 0))
    }

    /// Asks the coordinator of transactions, by one that is taken back, whether this worker's
    /// producer is still the newest of its name: a second worker fences it. False when a stop was
    /// asked for meanwhile.
    ///
    /// - Throws: `.fatal` when there is a second worker.
    private func holdsName() throws(KafkaError) -> Bool {
        let place = TopicPartition(topic: options.inputTopic, partition: 0)
        do throws(KafkaError) {
            let name = configuration.group
            try useProducer { (producer) throws(KafkaError) in
                let group = try GroupMetadata(ofEmptyGroup: name)
                try producer.begin()
                do throws(KafkaError) {
                    try producer.sendOffsets(
                        [OffsetToCommit(partition: place, nextOffset: 0, metadata: "")],
                        for: group, within: OutcomePublisher.callMax)
                } catch .abortable {
                    // The group refuses, the coordinator of transactions did not.
                }
                try producer.abort(within: OutcomePublisher.callMax)
            }
            return true
        } catch {
            switch error {
            case .retriable, .misuse:
                // Nobody knows. A new producer fences a second worker's, which then ends.
                producer = try SharedProducer(configuration: configuration, sink: sink)
                return try reachBroker()
            default: throw error
            }
        }
    }

    /// Makes the consumer anew.
    private func replaceConsumer(after pause: Duration) throws(KafkaError) {
        consumer.close(within: .seconds(1))
        let until = clock.monotonic() + pause
        while !stop.isRequested, clock.monotonic() < until {
            _ = try WakeUp.waitForClient(
                on: [work.transport.fileDescriptor], timeout: until - clock.monotonic())
            work.transport.drain()
        }
        consumer = try KafkaConsumer(
            configuration: configuration, topics: options.intakeTopics,
            preferring: options.urgentTopics, wakeUp: work.transport, logSink: sink)
        // What was signalled while it waited is to be looked at.
        work.transport.signal()
    }
}
