internal import VigilCore
internal import Wire
internal import WorkerCore

extension TransportLoop {
    /// Sends a routine study to the deferral topic if it is to wait for a cleaner hour. Only what
    /// came by the input topic is asked about, so that none waits twice, and no part of a study:
    /// the others wait for it.
    ///
    /// - Returns: whether it was sent.
    func deferred(
        _ ticket: StudyTicket, _ event: StudyEvent, _ record: InboundRecord,
        deadline: MonotonicTime, now: MonotonicTime, wall: Timestamp
    ) -> Bool {
        let original = options.placement.placed.original(of: record)
        guard options.deferrer.isOn, original.position.topic == options.inputTopic, !event.isPart
        else { return false }
        let due = wall.later(by: deadline - now)
        let end = event.expiry.map { min($0, due) } ?? due
        guard let (study, waiting) = work.decide({ $0.deferralCase(event, deadline: end) }),
            let note = options.deferrer.note(
                for: study, waiting: waiting, record: original, now: wall)
        else { return false }
        work.decide { $0.leave(ticket, outcome: .deferral(note), now: now) }
        return true
    }

    /// Keeps a study that came from the deferral topic.
    ///
    /// - Parameter isAlone: it is tried alone, and does not wait for its hour.
    func hold(
        _ ticket: StudyTicket, _ event: StudyEvent, _ note: DeferralNote,
        deadline: MonotonicTime, isAlone: Bool, now: MonotonicTime, wall: Timestamp
    ) {
        let wait = Duration.microseconds(note.notBefore.microseconds - wall.microseconds)
        let expiry = event.expiry.map {
            now + .microseconds($0.microseconds - wall.microseconds)
        }
        let end = expiry.map { min($0, deadline) } ?? deadline
        let hour = options.deferrer.isOn && !isAlone ? now + wait : nil
        work.decide {
            $0.hold(ticket, event: event, deadline: end, note: note, notBefore: hour, now: now)
        }
    }
}

extension Timestamp {
    /// This much later; earlier when negative.
    func later(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(
            microseconds: microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }
}
