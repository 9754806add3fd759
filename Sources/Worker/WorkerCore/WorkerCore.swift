package import VigilCore

/// Every decision about studies and no input or output: what becomes of a record that comes, what
/// is decoded next, when a batch closes, what a transaction holds, what is done about a study that
/// fails or an outcome that is too large, when the consumer is paused.
///
/// Threads call it under one lock and carry out what it says; the simulation calls it with a clock
/// and faults of its own. `Prepared` is a study ready for the model, `Outcome` what is to be
/// published.
package struct WorkerCore<Prepared: Sendable, Outcome: Sendable>: Sendable {
    /// The bounds of the queues.
    package let limits: WorkerLimits
    /// Which records are done.
    var partitions = PartitionLedgers()
    /// What is in flight.
    var studies: StudiesInFlight
    /// What is to be read.
    var line = DecodingLine()
    /// What the model is to run on.
    var ready = ReadyImages<Prepared>()
    /// Parts of studies that wait for others.
    var desk: StudyDesk
    /// Studies that wait for a cleaner hour.
    var deferral: DeferralDesk
    /// What is to be published.
    var outbox = Outbox<Outcome>()
    /// What persons have ordered so far.
    var orders: WorklistOrders
    /// How long a study takes.
    var service = ServiceEstimate()
    /// What gives way to a record that is tried alone.
    var trial = Trial.none
    /// Set by ``drain()``: nothing new starts.
    package private(set) var isDraining = false

    package init(limits: WorkerLimits) {
        self.limits = limits
        studies = StudiesInFlight(limits.intake)
        desk = StudyDesk(limits.studies)
        orders = WorklistOrders(countMax: limits.studies.ordersMax)
        deferral = DeferralDesk(limits)
    }

    // MARK: Partitions

    /// Starts to follow partitions, with what an earlier owner committed for each. What is still in
    /// flight of them is forgotten: it belongs to an earlier stay, and its records come again.
    package mutating func assign(_ partitions: [TopicPartition: OffsetLedger]) {
        forget(
            studies.values.filter {
                !$0.isDetached && partitions[$0.record.position.topicPartition] != nil
            })
        for (partition, ledger) in partitions {
            self.partitions[partition] = ledger
        }
        // Another worker may have published something of their studies meanwhile.
        guard !partitions.isEmpty else { return }
        desk.mark(isCurrent: false)
        desk.standing.markUnknown()
        orders.beginReading()
    }

    /// Forgets partitions and all work on them. Results that still come in for them are ignored, so
    /// nothing is published for a partition that now belongs to another worker.
    package mutating func revoke(_ partitions: [TopicPartition]) {
        let lost = Set(partitions)
        for partition in lost { self.partitions[partition] = nil }
        forget(
            studies.values.filter {
                !$0.isDetached && lost.contains($0.record.position.topicPartition)
            })
    }

    mutating func forget(_ dropped: [StudyInFlight]) {
        let told = Set(dropped.map(\.ticket))
        guard !told.isEmpty else { return }
        // What another worker reads now of a study takes the study's other parts out of their work.
        let parted = parted(by: told)
        let left = desk.forget(told).compactMap { studies[$0] }
        // What waits of the same studies came later than what was being read of them.
        let again = Set((parted + left).compactMap { $0.part?.study })
        let waiting = desk.takeAll(of: again).compactMap { studies[$0] }
        let gone = told.union(parted.map(\.ticket))
        for ticket in gone { remove(ticket) }
        line.forget(gone)
        ready.drop { gone.contains($0) }
        outbox.forget(gone)
        let retaken = Set(parted.map(\.ticket))
        for study in (parted + left + waiting).sorted(by: StudyInFlight.cameBefore) {
            if retaken.contains(study.ticket) { takeAgain(study) } else { release(study) }
        }
    }

    /// Takes a study out of what is in flight.
    mutating func remove(_ ticket: StudyTicket) {
        guard let study = studies.remove(ticket) else { return }
        if let assembly = study.assembly { desk.free(assembly.study, ticket) }
        deferral.remove(ticket)
        line.keep(0, of: ticket)
    }

    // MARK: Intake

    /// Takes a record in. Nil when its offset was committed before, when its partition is not ours,
    /// or when it is in flight already.
    package mutating func admit(
        _ record: InboundRecord, now: MonotonicTime, wall: Timestamp
    ) -> StudyTicket? {
        guard !isDraining, partitions.isNew(record.position) else { return nil }
        partitions.begin(record.position)
        let ticket = studies.newTicket()
        studies.insert(
            StudyInFlight(
                ticket, record, intake: StudyInFlight.Moment(now, wall), deadline: now))
        return ticket
    }

    /// Queues a record that was read as an event.
    ///
    /// - Parameters:
    ///   - notBefore: when a study that failed before is due again.
    ///   - part: of which study the event is a part; nil when it is complete by itself.
    package mutating func schedule(
        _ ticket: StudyTicket, event: StudyEvent, deadline: MonotonicTime,
        notBefore: MonotonicTime? = nil, part: StudyPart? = nil
    ) {
        guard var study = studies[ticket] else { return }
        study.event = event
        study.deadline = deadline
        study.part = part
        study.expected = expectedWait(event.priority, until: deadline)
        studies.update(study)
        deferral.noteOrdinary(at: study.taken)
        if let notBefore {
            line.delay(ticket, until: notBefore)
        } else {
            release(study)
        }
    }

    /// Lets a study go where it is to go now: to its parts, or to be decoded.
    mutating func release(_ study: StudyInFlight) {
        if study.event?.recall != nil, study.assembly == nil {
            desk.add(recall: study.ticket)
        } else if let part = study.part, study.assembly == nil, let event = study.event {
            guard isTellable(study), !isBehindOneAside(study) else {
                return desk.setAside(study.ticket)
            }
            desk.join(study, part: part, event: event, limits.studies)
        } else {
            queueForDecoding(study)
        }
    }

    // MARK: Results

    /// What is known of a study in flight; nil when its partition was taken away.
    package func study(_ ticket: StudyTicket) -> StudyInFlight? { studies[ticket] }

    /// Whether a study is in flight and has no outcome yet.
    package func isOpen(_ ticket: StudyTicket) -> Bool {
        studies[ticket].map { !$0.progress.isAnswered } ?? false
    }

    /// Takes a study's outcome, to be published with the next transaction. A study has one: what
    /// comes after it, and what still waits of the study, is dropped.
    package mutating func finish(_ ticket: StudyTicket, outcome: Outcome, now: MonotonicTime) {
        line.running.remove(ticket)
        guard var study = studies[ticket], !study.progress.isAnswered else { return }
        study.progress.isAnswered = true
        studies.update(study)
        line.end(ticket)
        ready.drop { $0 == ticket }
        if study.deferral == nil, study.event != nil { deferral.noteOrdinary(at: now) }
        outbox.add(
            Outbox.Finished(
                ticket: ticket, outcome: outcome, since: now,
                isStat: study.event.map { $0.priority == .stat } ?? false))
        if study.part == nil, let name = study.order?.study { holdAgain(name) }
    }

    // MARK: Shutdown

    /// Starts nothing new: what nobody has begun is dropped uncommitted, for the next owner of the
    /// partition, unless its record is gone; what is being decoded, inferred or published goes on
    /// to its end.
    package mutating func drain() {
        isDraining = true
        let queued =
            line.waiting.elements.filter { studies[$0]?.progress.isBegun != true }
            + line.delayed.elements + deferral.queue.elements
        let waiting = Set(queued.flatMap { studies[$0]?.tickets ?? [] } + desk.members)
        forget(
            studies.values.filter {
                waiting.contains($0.ticket) && !($0.isDetached && $0.part == nil)
            })
    }

    /// Nothing is in flight any more.
    package var isIdle: Bool { studies.isEmpty }

    /// Images decoded and waiting for the model.
    package var preparedImages: Int { ready.images }

    /// Bytes of the records in flight, headers included.
    package var bytes: Int { studies.flow.bytes }

    /// How many studies are in flight by the priority ordered; records that are no events are left
    /// out.
    package var depths: [Priority: Int] {
        studies.values.reduce(into: [:]) { counts, study in
            if let priority = study.event?.priority { counts[priority, default: 0] += 1 }
        }
    }

    /// How many records are in flight.
    package var inFlight: Int { studies.count }
}
