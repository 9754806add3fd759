internal import KafkaTransport
internal import Telemetry
internal import VigilCore
internal import WorkerCore

/// Where a partition is to be gone on with, held against its log as it is.
struct CheckedOffset {
    let offset: CommittedOffset
    /// Where the log begins and ends.
    let start: Int64
    let end: Int64
}

extension TransportLoop {
    /// How long committed offsets may be held back by a predecessor's open transaction: the broker
    /// aborts it after `transaction.timeout.ms` (60 s) and its ten-second sweep.
    static let committedMax = Duration.seconds(75)

    /// Takes partitions over where their last owner left them, between two transactions.
    func assign(_ partitions: [TopicPartition]) throws(KafkaError) {
        endTransaction()
        let places = try committedOffsets(partitions).map { (offset) throws(KafkaError) in
            try checked(offset)
        }
        let committed = identified(places)
        var ledgers: [TopicPartition: OffsetLedger] = [:]
        for offset in committed {
            ledgers[offset.partition] =
                offset.nextOffset.map {
                    OffsetLedger(nextOffset: $0, metadata: offset.metadata)
                } ?? OffsetLedger()
        }
        let tallies = countStarts(of: &ledgers, places)
        // What another worker has published of these partitions is beyond where it would end.
        histories.pause()
        orders.pause()
        ordersSince = clock.monotonic()
        let paused = work.decide { core in
            core.assign(ledgers)
            return partitions.filter { core.isPaused(core.limits.intake.lane(of: $0.topic)) }
        }
        try consumer.completeAssign(
            committed.map { PartitionStart(partition: $0.partition, offset: $0.nextOffset) })
        topics.follow(
            committed.reduce(into: [:]) {
                $0[$1.partition] = FollowedLog(
                    readTo: $1.nextOffset, mark: ledgers[$1.partition]?.mark)
            })
        for partition in partitions { heldUntil[partition] = nil }
        try consumer.pause(paused)
        probation.assign(tallies)
        if !probation.isOver { try keepOthersOut() }
        if !partitions.isEmpty { commitStarts(ledgers, committed: committed) }
        let owned = consumer.assignment.count
        health.markBrokerSeen()
        health.mark(assignment: owned > 0 ? .partitions(owned) : .standby)
        telemetry.emit(PartitionsAssigned(count: partitions.count, owned: owned))
        announceReady(partitions: consumer.assignment.count { $0.topic == options.inputTopic })
    }

    /// Counts that a worker begins to read these partitions, where something stands to be read.
    ///
    /// - Returns: what was counted before.
    private func countStarts(
        of ledgers: inout [TopicPartition: OffsetLedger], _ places: [CheckedOffset]
    ) -> [TopicPartition: CrashTally] {
        var before: [TopicPartition: CrashTally] = [:]
        for (partition, ledger) in ledgers {
            let next = ledger.committable.nextOffset
            let end = places.first { $0.offset.partition == partition }?.end ?? next
            let tally = ledger.tally ?? CrashTally(offset: next)
            if next < end { before[partition] = tally }
            ledgers[partition]?.tally = before[partition]?.started
        }
        return before
    }

    /// A committed offset, or the log's first when the log was made anew and ends before it. Going
    /// on from an offset that is not there, the ledger would take the new records for old ones.
    private func checked(_ offset: CommittedOffset) throws(KafkaError) -> CheckedOffset {
        let place = offset.partition
        let bounds = try patiently { (consumer: borrowing KafkaConsumer) throws(KafkaError) in
            try consumer.bounds(of: place, timeout: .seconds(5))
        }
        let (first, end) = (bounds.lowerBound, bounds.upperBound)
        guard let next = offset.nextOffset, next < first || next > end else {
            return CheckedOffset(offset: offset, start: first, end: end)
        }
        let isReset = next > bounds.upperBound
        telemetry.emit(
            CommittedOffsetAstray(
                kind: isReset ? .logReset : .expired,
                topic: SafeText(operatorProvided: place.topic), partition: place.partition,
                committed: next, first: first))
        guard isReset else {
            tellOvertaken(place, by: bounds, from: next)
            return CheckedOffset(offset: offset, start: first, end: end)
        }
        return CheckedOffset(
            offset: CommittedOffset(partition: place, nextOffset: first, metadata: ""),
            start: first, end: end)
    }

    private func tellOvertaken(
        _ place: TopicPartition, by bounds: Range<Int64>, from next: Int64
    ) {
        telemetry.emit(
            EventsOvertaken(
                topic: SafeText(operatorProvided: place.topic), partition: place.partition,
                count: bounds.lowerBound - next, first: bounds.lowerBound))
    }

    /// The committed offsets, read again while an earlier owner's transaction holds them back.
    func committedOffsets(
        _ partitions: [TopicPartition]
    ) throws(KafkaError) -> [CommittedOffset] {
        try patiently { (consumer: borrowing KafkaConsumer) throws(KafkaError) in
            try consumer.committed(partitions, timeout: .seconds(5))
        }
    }

    /// Asks the broker again while it has no answer yet, within the bound.
    private func patiently<Answer>(
        _ ask: (borrowing KafkaConsumer) throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        let deadline = clock.monotonic() + Self.committedMax
        while true {
            do throws(KafkaError) {
                return try ask(consumer)
            } catch {
                guard error.isRetriable, clock.monotonic() < deadline, !stop.isRequested else {
                    throw error
                }
            }
        }
    }

    /// Gives partitions back: first publishes what is finished, then forgets the rest. Lost
    /// partitions may have a new owner already, so nothing of theirs is published but what is on
    /// its way.
    func revoke(_ partitions: [TopicPartition], isLost: Bool) throws(KafkaError) {
        endTransaction()
        if !isLost {
            publishBeforeLeaving()
            takeBackStarts(partitions)
        }
        probation.leave(partitions)
        keepWorkOnGone(partitions)
        work.decide { $0.revoke(partitions) }
        topics.leave(partitions)
        for partition in partitions { heldUntil[partition] = nil }
        try consumer.completeRevoke()
        let owned = consumer.assignment.count
        health.mark(assignment: owned > 0 ? .partitions(owned) : .none)
        if isLost {
            telemetry.emit(PartitionsLost(count: partitions.count, owned: owned))
        } else {
            telemetry.emit(PartitionsRevoked(count: partitions.count, owned: owned))
        }
    }

    /// Publishes what is finished, as long as that goes well; what is left runs again at the next
    /// owner's.
    private func publishBeforeLeaving() {
        let roundsMax = 64
        for _ in 0..<roundsMax {
            let failures = work.decide { $0.hasPublishable ? $0.abortedInARow : nil }
            guard let failures, work.ended == nil, missingOutputs.isEmpty else { return }
            publish()
            endTransaction()
            if work.decide({ $0.abortedInARow }) > failures { return }
        }
    }
}
