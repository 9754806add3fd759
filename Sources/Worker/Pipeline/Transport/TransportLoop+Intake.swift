internal import Telemetry
internal import VigilCore
internal import Wire
internal import WorkerCore

extension TransportLoop {
    /// Takes a record in.
    ///
    /// - Parameter isAlone: it is tried alone, and waits for nothing: neither for its hour nor for
    ///   other parts of its study.
    /// - Returns: its ticket; nil when it is done or not ours.
    @discardableResult
    func take(_ record: InboundRecord, isAlone: Bool = false) -> StudyTicket? {
        let (now, wall) = (clock.monotonic(), clock.wall())
        let position = record.position
        // It comes again once its partition is read from its beginning.
        guard starts[position.topicPartition] == nil else { return nil }
        telemetry.emit(
            StudyConsumed(
                topic: SafeText(operatorProvided: position.topic), partition: position.partition,
                offset: position.offset))
        let admitted = work.decide { $0.admit(record, now: now, wall: wall) }
        topics.note(record, isTaken: admitted != nil)
        guard let ticket = admitted else { return nil }
        if isAlone { work.decide { $0.beginTrial(ticket) } }
        do throws(WireError) {
            try schedule(record, ticket, isAlone: isAlone, facts(now, wall))
        } catch {
            let outcome = StudyOutcome.deadLetter(StageFailure(.parse, error), at: wall)
            work.decide { $0.finish(ticket, outcome: outcome, now: now) }
        }
        return ticket
    }

    /// Reads a record that was taken in as an event, and does what is decided of it.
    private func schedule(
        _ record: InboundRecord, _ ticket: StudyTicket, isAlone: Bool, _ facts: IntakeFacts
    ) throws(WireError) {
        defer { work.wakeDecoders() }
        var arrival = try arrival(of: record)
        arrival.isAlone = isAlone
        tellSenders(arrival.event, record)
        let (said, rules) = (arrival, options.rules)
        let (action, notices) = work.decide { core in
            let (action, notices) = core.take(ticket, said, rules, facts)
            if let outcome = action.flatMap({ StudyOutcome($0, at: facts.wall) }) {
                core.finish(ticket, outcome: outcome, now: facts.now)
            }
            return (action, notices)
        }
        for notice in notices { tell(notice, record.position) }
        if case .queued(let due?)? = action { heldUntil[record.position.topicPartition] = due }
    }

    private func tell(_ notice: IntakeNotice, _ place: RecordPosition) {
        switch notice {
        case .clockDoubted(let direction, let believed):
            telemetry.emit(ClockDoubted(direction: direction, believed: believed))
        case .retryOutOfBounds: telemetry.emit(RecordIgnored(.retry, .outOfBounds, at: place))
        case .outgrown: tell(StudyPlaced.Outcome.outgrown, place)
        case .nowhere: tell(StudyPlaced.Outcome.nowhere, place)
        }
    }
}

extension StudyOutcome {
    /// The outcome of a record that has one as soon as it was taken in; nil of all others.
    fileprivate init?(_ action: IntakeAction, at wall: Timestamp) {
        switch action {
        case .queued, .held: return nil
        case .ordered: self = .order
        case .forwarded(let note, let topic, let partition):
            self = .placed(note, topic: topic, partition: partition)
        case .deferred(let note): self = .deferral(note)
        case .refused(.notAuthorised):
            self = .deadLetter(StageFailure(.parse, WireError.notAuthorised), at: wall)
        case .refused(.expired):
            self = .deadLetter(StageFailure(.parse, WireError.expired), at: wall)
        }
    }
}
