internal import KafkaTransport
internal import Telemetry
internal import VigilCore
internal import Wire
internal import WorkerCore

extension TransportLoop {
    /// Tries suspects one after the other; when all were, takes in what came meanwhile.
    func followProbation() throws(KafkaError) {
        guard !probation.isOver else { return try followSteps() }
        work.decide { $0.clearForTrial() }
        if let ticket = probation.ticket {
            guard !work.decide({ $0.isInFlight(ticket) }) else { return }
            probation.passed()
            let stepped = probation.stepped
            work.decide { core in
                core.endTrial()
                core.mark(stepped, areSuspect: true)
            }
        }
        if let records = probation.end() { return try leaveProbation(records) }
        guard underway == nil, !stop.isRequested, work.decide({ $0.isClearForTrial }),
            let (record, tally) = probation.next(where: { place in
                work.decide { $0.isNew(place) }
            })
        else { return }
        try attempt(record, tally)
    }

    /// Reads the partitions alone whose records may be taken in or tried now.
    func keepOthersOut() throws(KafkaError) {
        try consumer.pause(consumer.assignment.filter { !probation.wants($0) })
        try consumer.resume(consumer.paused.filter { probation.wants($0) && !isHeldBack($0) })
    }

    /// Whether a partition waits for room or for the hour of its next record.
    private func isHeldBack(_ partition: TopicPartition) -> Bool {
        heldUntil[partition] != nil
            || work.decide { $0.isPaused($0.limits.intake.lane(of: partition.topic)) }
    }

    private func leaveProbation(_ records: [InboundRecord]) throws(KafkaError) {
        work.decide { $0.endTrials() }
        for record in records { take(record) }
        work.wakeDecoders()
        try keepOthersOut()
        try followSteps()
    }

    /// Takes in the next step of partitions that are read in steps.
    private func followSteps() throws(KafkaError) {
        let stepped = probation.stepped
        guard !stepped.isEmpty else { return }
        let (records, free) = probation.nextStep { partition in
            work.decide { $0.isAtRest(partition) }
        }
        work.decide { $0.mark(free, areSuspect: false) }
        for record in records { take(record) }
        try keepOthersOut()
    }

    /// Works on a suspect, or gives it up, once it is committed that this is begun.
    private func attempt(_ record: InboundRecord, _ tally: CrashTally) throws(KafkaError) {
        let verdict = tally.verdict
        // Where the study's finding stands decides what is said of one that is given up.
        guard verdict != .condemned || work.decide({ !$0.wantsHistories }) else { return }
        guard try commit([record.position.topicPartition: tally.started.triedAlone]) else { return }
        telemetry.emit(SuspectTried(verdict.told, at: record.position, deaths: tally.alone))
        let ticket: StudyTicket?
        switch verdict {
        case .clear, .suspect: ticket = take(record, isAlone: true)
        case .condemned, .unreadable:
            ticket = giveUp(record, deaths: tally.alone, isRead: verdict == .condemned)
        }
        guard let ticket else { return probation.clear(record.position.topicPartition) }
        probation.begin(ticket, record)
    }

    /// Commits counts, and asks the group whether it has them.
    private func commit(_ tallies: [TopicPartition: CrashTally]) throws(KafkaError) -> Bool {
        let offsets = work.decide { $0.set(tallies) }
        guard !offsets.isEmpty else {
            // It is not the first of its partition any more, which clears it.
            for partition in tallies.keys { probation.clear(partition) }
            return false
        }
        commit(offsets)
        guard work.ended == nil else { return false }
        let committed = try committedOffsets(offsets.map(\.partition))
        return offsets.allSatisfy { $0.isAmong(committed) }
    }

    /// Before partitions are given back in order: takes back that this stay was counted as a start,
    /// where nothing was done since.
    func takeBackStarts(_ partitions: [TopicPartition]) {
        let offsets = work.decide { $0.set(probation.countsBefore(partitions)) }
        if !offsets.isEmpty { commit(offsets) }
    }

    // MARK: Giving up

    /// Gives a record up that ended workers: a dead letter, and that its study is not assessed, at
    /// its ordered priority.
    ///
    /// - Parameter isRead: whether it is read as an event.
    private func giveUp(_ record: InboundRecord, deaths: Int, isRead: Bool) -> StudyTicket? {
        let (now, wall) = (clock.monotonic(), clock.wall())
        guard let ticket = work.decide({ $0.admit(record, now: now, wall: wall) }) else {
            return nil
        }
        let failure = StageFailure(.parse, PipelineError.quarantined(deaths: deaths))
        let finding = isRead ? notAssessed(record, ticket) : nil
        work.decide {
            $0.finish(ticket, outcome: .quarantined(failure, finding, at: wall), now: now)
        }
        return ticket
    }

    /// That a study is not assessed; nil where that is not to be said.
    private func notAssessed(_ record: InboundRecord, _ ticket: StudyTicket) -> Finding? {
        guard let arrival = try? arrival(of: record) else { return nil }
        let (rules, facts) = (options.rules, facts(clock.monotonic(), clock.wall()))
        guard let event = work.decide({ $0.quarantine(ticket, arrival, rules, facts) }) else {
            return nil
        }
        var decision = Finding.Decision()
        decision.gates = [Finding.Gate("quarantine", .refused, reason: "quarantined")]
        return Finding.notAssessed(
            [Finding.Reason(.quarantined)], study: event.study, pseudonym: arrival.study,
            cause: EventIdentity(of: event), order: Finding.Order(event: event.priority),
            decision: decision)
    }
}

extension CrashTally.Verdict {
    /// As the log has it.
    fileprivate var told: SuspectTried.Way {
        switch self {
        case .clear, .suspect: .alone
        case .condemned: .givenUp
        case .unreadable: .givenUpUnread
        }
    }
}
