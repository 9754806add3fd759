package import VigilCore

extension WorkerCore {
    /// What a study is taken to need before any was measured.
    private static var workUnknown: Duration { .seconds(10) }
    /// The span of a partition's open offsets from which its oldest study waits no longer, so that
    /// none that waits can fill the commit's bitmap, which would pause the consumer.
    private static var spanMax: Int64 { OffsetLedger.spanMax / 2 }

    /// How many studies wait for a cleaner hour.
    package var deferralsWaiting: Int { deferral.queue.count }

    /// What the policy is to decide on for a study that has come; nil when no more may wait.
    package func deferralCase(
        _ event: StudyEvent, deadline: Timestamp
    ) -> (study: DeferralPolicy.Study, waiting: Duration)? {
        let count = deferral.queue.count + deferral.leaving.count
        guard event.priority == .routine, count < limits.deferral.studiesMax else { return nil }
        let study = DeferralPolicy.Study(
            priority: event.priority, isEscalated: isEscalated(event.study), deadline: deadline,
            work: studyWork)
        return (study, deferral.queue.work + studyWork * deferral.leaving.count)
    }

    /// That a routine study is to wait, for a cleaner hour or for the next day; nil when it is to
    /// be worked on. Only what came by the input topic is asked about, so that none waits twice,
    /// and no part of a study: the others wait for it.
    func deferralNote(
        _ event: StudyEvent, deadline: MonotonicTime, _ arrival: StudyArrival,
        _ rules: IntakeRules, _ facts: IntakeFacts
    ) -> DeferralNote? {
        let original = arrival.original
        guard let outlook = facts.outlook, !arrival.isAlone, arrival.retry == nil,
            original.position.topic == rules.placement.input, !event.isPart
        else { return nil }
        let due = facts.wall.later(by: deadline - facts.now)
        let end = event.expiry.map { min($0, due) } ?? due
        guard let (study, waiting) = deferralCase(event, deadline: end),
            let (until, reason) = outlook.wait(
                of: study, by: limits.deferral, waiting: waiting, now: facts.wall)
        else { return nil }
        return DeferralNote(
            origin: original.position, timestamp: original.timestamp, decided: facts.wall,
            notBefore: until, intensity: outlook.intensity,
            expected: outlook.forecast?.point(at: until).grams, reason: reason)
    }

    /// Keeps a study that came from the deferral topic until its hour, or an earlier end: one that
    /// is tried alone is taken at once.
    mutating func hold(
        _ ticket: StudyTicket, _ event: StudyEvent, _ note: DeferralNote, deadline: MonotonicTime,
        _ arrival: StudyArrival, _ facts: IntakeFacts
    ) {
        func later(_ time: Timestamp) -> MonotonicTime {
            facts.now + .microseconds(time.microseconds - facts.wall.microseconds)
        }
        let waits = facts.outlook != nil && !arrival.isAlone
        hold(
            ticket, event: event,
            deadline: event.expiry.map { min(later($0), deadline) } ?? deadline,
            note: note, notBefore: waits ? later(note.notBefore) : nil, now: facts.now)
    }

    /// A person wants the study sooner: an event about it that is in flight says so.
    private func isEscalated(_ uid: DicomUID) -> Bool { studies.isOrdered(uid) }

    private var studyWork: Duration { service.work ?? Self.workUnknown }

    /// Keeps a study that came from the deferral topic until its hour, or an earlier end.
    ///
    /// - Parameter notBefore: its hour; nil when studies wait no longer.
    package mutating func hold(
        _ ticket: StudyTicket, event: StudyEvent, deadline: MonotonicTime, note: DeferralNote,
        notBefore: MonotonicTime?, now: MonotonicTime
    ) {
        guard var study = studies[ticket] else { return }
        study.event = event
        study.deadline = deadline
        study.deferral = StudyDeferral(note: note)
        studies.update(study)
        guard let notBefore, event.priority == .routine, !isEscalated(event.study) else {
            return take(ticket, because: notBefore == nil ? .off : .escalated, now: now)
        }
        deferral.queue.insert(
            ticket,
            .init(
                notBefore: notBefore, deadline: deadline, work: studyWork,
                bytes: study.record.byteCount, endsWhenIdle: note.reason == .hour))
        deferral.noteWait(from: now)
        let place = study.record.position
        for other in deferral.queue.elements {
            guard let position = studies[other]?.record.position else { continue }
            if position.topicPartition == place.topicPartition,
                place.offset - position.offset > Self.spanMax
            {
                release(other, because: .bound, now: now)
            }
        }
    }

    /// Takes the studies with which a person has changed their mind.
    package mutating func escalate(_ event: StudyEvent, now: MonotonicTime) {
        guard event.priority != .routine, deferral.queue.count > 0 else { return }
        for ticket in deferral.queue.elements where studies[ticket]?.event?.study == event.study {
            release(ticket, because: .escalated, now: now)
        }
    }

    /// Takes those that wait no longer; when the worker is idle, as many as make a batch.
    mutating func releaseDeferred(now: MonotonicTime) {
        guard deferral.queue.count > 0 else { return }
        let idle = idleSince
        var batch = limits.batches.imagesMax
        while let (ticket, reason) = deferral.queue.release(
            now: now, ready: readyWork, idleSince: batch > 0 ? idle : nil)
        {
            if reason == .idle { batch -= 1 }
            take(ticket, because: reason, now: now)
        }
    }

    /// When to look again at those that wait.
    var nextRelease: MonotonicTime? {
        deferral.queue.nextRelease(ready: readyWork, idleSince: idleSince)
    }

    private mutating func release(
        _ ticket: StudyTicket, because reason: DeferralEnd, now: MonotonicTime
    ) {
        deferral.queue.remove(ticket)
        take(ticket, because: reason, now: now)
    }

    private mutating func take(
        _ ticket: StudyTicket, because reason: DeferralEnd, now: MonotonicTime
    ) {
        guard var study = studies[ticket] else { return }
        study.deferral?.end = (now, reason)
        studies.update(study)
        queueForDecoding(study)
    }

    /// Studies that are to be worked on now.
    private var atWork: Int {
        let answered = answered(by: outbox.finished + outbox.publishing)
        return max(0, studies.count - deferral.queue.count - desk.waiting - answered)
    }

    private var readyWork: Duration { studyWork * atWork }

    private var idleSince: MonotonicTime? { atWork == 0 ? deferral.lastOrdinary : nil }
}
