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

    /// A person wants the study sooner: an event about it that is in flight says so.
    private func isEscalated(_ uid: DicomUID) -> Bool { studies.isOrdered(uid) }

    private var studyWork: Duration { service.work ?? Self.workUnknown }

    /// Lets a study go that is to wait for a cleaner hour.
    package mutating func leave(_ ticket: StudyTicket, outcome: Outcome, now: MonotonicTime) {
        finish(ticket, outcome: outcome, now: now)
        if studies[ticket] != nil { deferral.leave(ticket) }
    }

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
        return max(0, studies.count - deferral.queue.count - desk.count - answered)
    }

    private var readyWork: Duration { studyWork * atWork }

    private var idleSince: MonotonicTime? { atWork == 0 ? deferral.lastOrdinary : nil }
}
