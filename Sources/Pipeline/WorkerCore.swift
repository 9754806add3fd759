package import KafkaTransport
package import VigilCore

/// Every decision of the worker and no input or output: what is in flight, what is decoded next,
/// when a batch closes, what a transaction holds, when the consumer is paused.
///
/// Threads call it under one lock and carry out what it says; the simulation calls it with a clock
/// and faults of its own. `Prepared` is a study ready for the model, `Outcome` what is to be
/// published.
package struct WorkerCore<Prepared: Sendable, Outcome: Sendable>: Sendable {
    /// A study that waits for the model.
    struct ReadyStudy: Sendable {
        let ticket: StudyTicket
        let prepared: Prepared
        let images: Int
        let since: MonotonicTime
    }

    /// An outcome that waits for its transaction.
    struct FinishedStudy: Sendable {
        let ticket: StudyTicket
        let outcome: Outcome
        let since: MonotonicTime
        let isStat: Bool
    }

    /// The bounds of the queues.
    package let limits: WorkerLimits
    var ledgers: [TopicPartition: OffsetLedger] = [:]
    var studies: [StudyTicket: StudyInFlight] = [:]
    var toDecode = DeadlineQueue<StudyTicket>()
    var delayed = DeadlineQueue<StudyTicket>()
    var decoding: Set<StudyTicket> = []
    var ready = DeadlineQueue<ReadyStudy>()
    var readyImages = 0
    var inferring: Set<StudyTicket> = []
    var finished: [FinishedStudy] = []
    var publishing: [FinishedStudy] = []
    var publishRetryAt: MonotonicTime?
    private var nextTicket: UInt64 = 1
    private(set) var isPaused = false
    /// Set by ``drain()``: nothing new starts.
    package private(set) var isDraining = false

    package init(limits: WorkerLimits) {
        self.limits = limits
    }

    // MARK: Partitions

    /// Starts to follow partitions, with what an earlier owner committed for each.
    package mutating func assign(_ partitions: [TopicPartition: OffsetLedger]) {
        for (partition, ledger) in partitions {
            ledgers[partition] = ledger
        }
    }

    /// Forgets partitions and all work on them. Results that still come in for them are ignored, so
    /// nothing is published for a partition that now belongs to another worker.
    package mutating func revoke(_ partitions: [TopicPartition]) {
        let lost = Set(partitions)
        for partition in lost {
            ledgers[partition] = nil
        }
        forget(studies.values.filter { lost.contains($0.record.position.topicPartition) })
    }

    private mutating func forget(_ dropped: [StudyInFlight]) {
        let gone = Set(dropped.map(\.ticket))
        guard !gone.isEmpty else { return }
        for ticket in gone {
            studies[ticket] = nil
        }
        toDecode.removeAll { gone.contains($0) }
        delayed.removeAll { gone.contains($0) }
        ready.removeAll { study in
            guard gone.contains(study.ticket) else { return false }
            readyImages -= study.images
            return true
        }
        finished.removeAll { gone.contains($0.ticket) }
    }

    // MARK: Intake

    /// Takes a record in. Nil when its offset was committed before, when its partition is not ours,
    /// or when it is in flight already.
    package mutating func admit(
        _ record: InboundRecord, now: MonotonicTime, wall: Timestamp
    ) -> StudyTicket? {
        let partition = record.position.topicPartition
        guard var ledger = ledgers[partition], !isDraining,
            !ledger.shouldSkip(record.position.offset)
        else { return nil }
        ledger.begin(record.position.offset)
        ledgers[partition] = ledger
        let ticket = StudyTicket(number: nextTicket)
        nextTicket += 1
        studies[ticket] = StudyInFlight(
            ticket: ticket, record: record, taken: now, takenWall: wall, deadline: now)
        return ticket
    }

    /// Queues a record that was read as an event.
    package mutating func schedule(
        _ ticket: StudyTicket, event: StudyEvent, deadline: MonotonicTime
    ) {
        guard var study = studies[ticket] else { return }
        study.event = event
        study.deadline = deadline
        studies[ticket] = study
        toDecode.insert(ticket, deadline: deadline)
    }

    /// What to do with the consumer's partitions, if anything has to change. Two watermarks, since
    /// every pause throws away what the client had fetched ahead.
    package mutating func flowChange() -> FlowChange? {
        let ledgerIsFull = ledgers.values.contains { $0.isFull }
        if !isPaused, studies.count >= limits.inFlightMax || ledgerIsFull {
            isPaused = true
            return .pause
        }
        if isPaused, studies.count <= limits.resumeBelow, !ledgerIsFull {
            isPaused = false
            return .resume
        }
        return nil
    }

    /// Whether the consumer is paused now, for partitions that were just assigned.
    package var consumerIsPaused: Bool { isPaused }

    // MARK: Results

    /// What is known of a study in flight; nil when its partition was taken away.
    package func study(_ ticket: StudyTicket) -> StudyInFlight? { studies[ticket] }

    /// Takes a study's outcome, to be published with the next transaction.
    package mutating func finish(_ ticket: StudyTicket, outcome: Outcome, now: MonotonicTime) {
        decoding.remove(ticket)
        inferring.remove(ticket)
        guard let study = studies[ticket] else { return }
        finished.append(
            FinishedStudy(
                ticket: ticket, outcome: outcome, since: now,
                isStat: study.event.map { $0.priority == .stat } ?? false))
    }

    // MARK: Shutdown

    /// Starts nothing new: what nobody has begun is dropped uncommitted, for the next owner of the
    /// partition; what is being decoded, inferred or published goes on to its end.
    package mutating func drain() {
        isDraining = true
        let waiting = Set(toDecode.elements + delayed.elements)
        forget(studies.values.filter { waiting.contains($0.ticket) })
    }

    /// Nothing is in flight any more.
    package var isIdle: Bool { studies.isEmpty }

    /// How many records are in flight.
    package var inFlight: Int { studies.count }
}

/// A change of the consumer's flow.
package enum FlowChange: Sendable, Equatable {
    case pause
    case resume
}
