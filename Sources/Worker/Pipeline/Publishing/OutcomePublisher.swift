package import Energy
package import KafkaTransport
internal import Settings
package import Telemetry
package import VigilCore
package import Wire
package import WorkerCore

/// Turns outcomes into records and puts them, with the offsets of what they came from, into one
/// transaction: that on the publishing thread, while the transport thread waits for its end or
/// takes records in.
package struct OutcomePublisher: Sendable {
    let findings: FindingRecords
    private let energy: EnergyEncoder
    private let deadLetters: DeadLetterEncoder
    private let expired: DeadLetterEncoder
    let returns: ReturnTopics
    private let partitions: PartitionCounts
    private let worklistTopic: String
    let clock: any VigilClock
    let telemetry: Telemetry
    let crash: CrashHook
    let tracer: Tracer
    let budget: EnergyBudget

    /// How long one call to Kafka may take before its outcome counts as unknown.
    static let callMax = Duration.seconds(30)
    /// How long a transaction may take, after which a call has outlived its time: librdkafka 2.16.0
    /// may never return from sending offsets when an only broker has crashed.
    static let transactionMax = callMax * 2 + .seconds(5)

    /// - Parameters:
    ///   - expired: makes the records of events whose time had passed.
    ///   - returns: where studies go that come back to workers.
    ///   - partitions: how many partitions those topics have.
    ///   - worklistTopic: where the highest order of each study stands.
    package init(
        findings: FindingRecords, energy: EnergyEncoder, deadLetters: DeadLetterEncoder,
        expired: DeadLetterEncoder, returns: ReturnTopics, partitions: PartitionCounts,
        worklistTopic: String, clock: any VigilClock, telemetry: Telemetry, crash: CrashHook,
        tracer: Tracer,
        budget: EnergyBudget
    ) {
        self.budget = budget
        self.tracer = tracer
        self.returns = returns
        self.partitions = partitions
        self.worklistTopic = worklistTopic
        self.expired = expired
        self.crash = crash
        self.findings = findings
        self.energy = energy
        self.deadLetters = deadLetters
        self.clock = clock
        self.telemetry = telemetry
    }

    /// Writes a plan in one transaction, from `begin` to `commit`.
    ///
    /// - Parameters:
    ///   - plan: its findings with what their studies are charged.
    ///   - accounts: with the records that belong to no study.
    ///   - page: gets a leaf for each outcome; nil where no audit log is kept.
    /// - Throws: the first error; the transaction is then open and must be aborted.
    package func publish(
        _ plan: LockedCore.Core.TransactionPlan, accounts: EnergyAccounts.Settlement,
        page: AuditPage?, with producer: borrowing any RecordProducing & ~Copyable,
        group: borrowing GroupMetadata
    ) throws(KafkaError) {
        let now = clock.monotonic()
        let isCounted = !plan.outcomes.isEmpty || !plan.revisions.isEmpty
        if isCounted { crash.begin() }
        func pass(_ point: CrashPoint) { if isCounted { crash.pass(point) } }
        pass(.beforeBegin)
        try producer.begin()
        pass(.afterBegin)
        var drafted: [ReportDrafted] = []
        try produce(page?.opening(at: clock.wall()) ?? [], with: producer)
        for (study, outcome) in plan.outcomes {
            let (written, records) = try write(
                outcome, of: study, now: now, with: producer, &drafted)
            guard let page else { continue }
            try produce(
                page.leaves(of: written, study: study, records, returns: returns, at: clock.wall()),
                with: producer)
        }
        try write(plan.revisions.map(\.finding), page, with: producer, &drafted)
        findings.drafted.put(drafted)
        let orders = plan.orders.map { study, order in
            order.record(of: study, topic: worklistTopic, time: clock.wall())
        }
        try produce(orders, with: producer)
        try produce(page?.leaves(ofOrders: orders, at: clock.wall()) ?? [], with: producer)
        pass(.afterRecords)
        for interval in accounts.records {
            try producer.produce(
                energy.encode(interval, time: clock.wall()), within: Self.callMax)
        }
        if !plan.offsets.isEmpty {
            try producer.sendOffsets(plan.offsets, for: group, within: Self.callMax)
        }
        pass(.afterOffsets)
        pass(.duringCommit)
        try producer.commit(within: Self.callMax)
        pass(.afterCommit)
        telemetry.emit(
            TransactionCommitted(
                records: plan.outcomes.count + plan.revisions.count,
                duration: clock.monotonic() - now))
    }

    private func produce(
        _ records: [OutboundRecord], with producer: borrowing any RecordProducing & ~Copyable
    ) throws(KafkaError) {
        for record in records { try producer.produce(record, within: Self.callMax) }
    }

    /// Writes the records of an outcome.
    ///
    /// - Parameter drafted: gets what became of the draft that it wanted.
    /// - Returns: what was written in the end, and all records that were.
    private func write(
        _ outcome: StudyOutcome, of study: StudyInFlight, now: MonotonicTime,
        with producer: borrowing any RecordProducing & ~Copyable,
        _ drafted: inout [ReportDrafted]
    ) throws(KafkaError) -> (StudyOutcome, [OutboundRecord]) {
        var written: [OutboundRecord] = []
        let before = drafted
        do throws(KafkaError) {
            for record in records(of: outcome, study: study, now: now, &drafted) {
                try producer.produce(record, within: Self.callMax)
                written.append(record)
                crash.pass(.afterFirstRecord)
            }
            return (outcome, written)
        } catch .tooLarge(let fault) where outcome.kind.whenTooLarge == .giveUp {
            // Refused before anything was sent: the transaction is good, the study is given up.
            let failure = StageFailure(.publish, KafkaError.tooLarge(fault))
            let letter = StudyOutcome.deadLetter(failure, at: clock.wall())
            drafted = before
            let records = records(of: letter, study: study, now: now, &drafted)
            try produce(records, with: producer)
            return (letter, written + records)
        }
    }

    /// Writes findings that are revised without being read again, and their leaves.
    private func write(
        _ revised: [Finding], _ page: AuditPage?,
        with producer: borrowing any RecordProducing & ~Copyable, _ drafted: inout [ReportDrafted]
    ) throws(KafkaError) {
        for finding in revised {
            let records = records(of: finding, at: clock.wall(), &drafted)
            try produce(records, with: producer)
            crash.pass(.afterFirstRecord)
            try produce(
                page?.leaves(of: finding, records, at: clock.wall()) ?? [], with: producer)
        }
    }

    /// The Kafka records of a finding that is revised without being read again.
    ///
    /// - Parameter drafted: gets what became of its draft, whose sentences are our own.
    private func records(
        of revised: Finding, at time: Timestamp, _ drafted: inout [ReportDrafted]
    ) -> [OutboundRecord] {
        var finding = revised
        finding.run.timeline.published = time
        return findings.all(finding, time: time, &drafted)
    }

    /// The Kafka records of an outcome.
    /// - Parameter drafted: gets what became of the drafts that it wants.
    func records(
        of outcome: StudyOutcome, study: StudyInFlight, now: MonotonicTime,
        _ drafted: inout [ReportDrafted]
    ) -> [OutboundRecord] {
        let time = clock.wall()
        switch outcome {
        case .finding(var finding, var energyRecord, _, let offer):
            tracer.mark(&finding, &energyRecord, of: study)
            finding.run.timeline.published = time
            finding.run.eta = study.expected.map { study.takenWall.later(by: $0) }
            finding.run.timeToNotification.publish(at: now, wall: time, study: study)
            return findings.all(finding, offer, time: time, &drafted)
                + [energy.encode(energyRecord, time: time)]
        case .record(var record):
            record.decision.decidedAt = record.decision.decidedAt ?? time
            record.run.timeline.published = time
            // Nobody wants the other events' results of a study that was withdrawn; each is told
            // of where such events go.
            let unwanted = StageFailure(.parse, WireError.withdrawn)
            return findings.all(record, time: time, &drafted)
                + (record.isWithdrawn ? study.records.dropLast() : []).map {
                    deadLetter(unwanted, of: $0, study: study, at: time)
                }
        case .order: return []
        case .deadLetter(let failure, let failedAt):
            return study.records.map { deadLetter(failure, of: $0, study: study, at: failedAt) }
        case .quarantined(let failure, let finding, let failedAt):
            let letters = StudyOutcome.deadLetter(failure, at: failedAt)
            return
                (finding.map { records(of: .record($0), study: study, now: now, &drafted) } ?? [])
                + records(of: letters, study: study, now: now, &drafted)
        case .postponed(let failure, let failedAt):
            return study.records.map { record in
                let topic = returns.retries.following(record.position.topic)
                return returns.next(
                    record, partition: topic.flatMap { sibling(of: record, in: $0) },
                    attempts: study.attempts, first: study.firstFailure ?? failedAt, now: time)
                    ?? deadLetter(failure, of: record, study: study, at: failedAt)
            }
        case .deferral(let note):
            return [
                returns.deferrals.record(
                    returns.original(of: study.record), note,
                    partition: sibling(of: study.record, in: returns.deferrals.name))
            ]
        case .placed(let note, let topic, let partition):
            return [returns.placed.record(study.record, note, topic: topic, partition: partition)]
        }
    }

    /// The partition of a topic that goes to the same worker as the one that a record stands in;
    /// nil when the topic has none of its number, and the key's hash is to choose.
    private func sibling(of record: InboundRecord, in topic: String) -> Int32? {
        partitions.partition(record.position.partition, of: topic)
    }

    private func deadLetter(
        _ failure: StageFailure, of record: InboundRecord, study: StudyInFlight,
        at time: Timestamp
    ) -> OutboundRecord {
        let note = returns.retries.note(of: record)
        let encoder = failure.isUnwanted ? expired : deadLetters
        return encoder.encode(
            returns.original(of: record), stage: failure.stage, error: failure.error,
            attempts: study.attempts + (note?.attempts ?? 0),
            firstFailure: note?.firstFailure ?? study.firstFailure, at: time)
    }
}

extension EnergyAccounts.Settlement {
    /// The plan, its findings with what their studies are charged.
    func charged(_ plan: LockedCore.Core.TransactionPlan) -> LockedCore.Core.TransactionPlan {
        plan.with(outcomes: plan.outcomes.map { ($0.study, charged($0.outcome, $0.study)) })
    }

    private func charged(_ outcome: StudyOutcome, _ study: StudyInFlight) -> StudyOutcome {
        guard case .finding(var finding, var record, let cost, let offer) = outcome,
            let charge = charges[study.ticket]
        else { return outcome }
        let reading = charge.reading(duration: record.reading.duration)
        finding.run.energy = reading
        record.reading = reading
        record.window = window
        record.stages = charge.energy.record
        if case .study(var share) = record.subject {
            record.carbon = carbon.record(
                reading, held: reading.duration * (share.share ?? 1), studies: 1, at: settledAt)
            finding.run.carbon = record.carbon
            if let carbon = record.carbon, share.deferral != nil {
                share.deferral?.settle(reading, carbon)
                record.subject = .study(share)
            }
        }
        return .finding(finding, record, cost, offer)
    }
}

extension LockedCore.Core.TransactionPlan {
    /// What its findings were measured to cost.
    var costs: [(StudyTicket, StudyCost)] {
        outcomes.compactMap { study, outcome in
            guard case .finding(_, _, let cost, _) = outcome else { return nil }
            return (study.ticket, cost)
        }
    }
}

extension DeferralRecord {
    /// Fills in what waiting saved: the same energy at the intensity when it was decided, less
    /// what it stands for.
    fileprivate mutating func settle(_ reading: EnergyReading, _ carbon: CarbonRecord) {
        let kilowattHours = reading.joules.value / Joules.perKilowattHour
        saved = intensity.map { kilowattHours * carbon.effectiveness * $0 - carbon.grams }
    }
}

extension StudyOutcome {
    /// The code of what went wrong with the study; nil when all went well or it only waits.
    var errorCode: SafeText? {
        switch self {
        case .deadLetter(let failure, _), .postponed(let failure, _),
            .quarantined(let failure, _, _):
            failure.error.code
        case .finding, .record, .order, .deferral, .placed: nil
        }
    }
}

extension Finding.TimeToNotification {
    /// Fills in what is known only when the record is published: the last step and the sum.
    mutating func publish(at now: MonotonicTime, wall: Timestamp, study: StudyInFlight) {
        let known = [queue, fetch, decode, preprocess, batch, infer, triage].compactMap { $0 }
        let inWorker = now - study.taken
        publish = max(.zero, inWorker - known.reduce(.zero, +))
        total = inWorker + (topic ?? .zero)
    }
}
