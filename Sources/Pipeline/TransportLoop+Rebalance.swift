internal import KafkaTransport
internal import Telemetry
internal import VigilCore

extension TransportLoop {
    /// How long committed offsets may be held back by a predecessor's open transaction: the broker
    /// aborts it after `transaction.timeout.ms` (60 s) and its ten-second sweep.
    private static let committedMax = Duration.seconds(75)

    /// Takes partitions over where their last owner left them.
    func assign(_ partitions: [TopicPartition]) throws(KafkaError) {
        let committed = try committedOffsets(partitions)
        var ledgers: [TopicPartition: OffsetLedger] = [:]
        for offset in committed {
            ledgers[offset.partition] =
                offset.nextOffset.map {
                    OffsetLedger(nextOffset: $0, metadata: offset.metadata)
                } ?? OffsetLedger()
        }
        let isPaused = work.decide { core in
            core.assign(ledgers)
            return core.consumerIsPaused
        }
        try consumer.completeAssign(
            committed.map { PartitionStart(partition: $0.partition, offset: $0.nextOffset) })
        if isPaused { try consumer.pause(partitions) }
        if !isWayOpen, !partitions.isEmpty {
            isWayOpen = true
            openTheWay(ledgers, committed: committed)
        }
        let owned = consumer.assignment.count
        health.markBrokerSeen()
        health.mark(assignment: owned > 0 ? .partitions(owned) : .standby)
        telemetry.emit(PartitionsAssigned(count: partitions.count, owned: owned))
        announceReady(partitions: owned)
    }

    /// The committed offsets, read again while an earlier owner's transaction holds them back.
    func committedOffsets(
        _ partitions: [TopicPartition]
    ) throws(KafkaError) -> [CommittedOffset] {
        let deadline = clock.monotonic() + Self.committedMax
        while true {
            do throws(KafkaError) {
                return try consumer.committed(partitions, timeout: .seconds(5))
            } catch {
                guard error.isRetriable, clock.monotonic() < deadline, !stop.isRequested else {
                    throw error
                }
            }
        }
    }

    /// Gives partitions back: first publishes what is finished, then forgets the rest. Lost
    /// partitions may have a new owner already, so nothing of theirs is published.
    func revoke(_ partitions: [TopicPartition], isLost: Bool) throws(KafkaError) {
        if !isLost {
            let roundsMax = 64
            for _ in 0..<roundsMax where work.decide({ $0.hasFinished }) { publish() }
        }
        work.decide { $0.revoke(partitions) }
        try consumer.completeRevoke()
        let owned = consumer.assignment.count
        health.mark(assignment: owned > 0 ? .partitions(owned) : .none)
        if isLost {
            telemetry.emit(PartitionsLost(count: partitions.count, owned: owned))
        } else {
            telemetry.emit(PartitionsRevoked(count: partitions.count, owned: owned))
        }
    }
}
