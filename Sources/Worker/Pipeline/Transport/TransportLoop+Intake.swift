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
            try schedule(record, ticket, isAlone: isAlone, now: now, wall: wall)
        } catch {
            let outcome = StudyOutcome.deadLetter(StageFailure(.parse, error), at: wall)
            work.decide { $0.finish(ticket, outcome: outcome, now: now) }
        }
        return ticket
    }

    /// Reads a record that was taken in as an event, and queues what it asks for.
    private func schedule(
        _ record: InboundRecord, _ ticket: StudyTicket, isAlone: Bool, now: MonotonicTime,
        wall: Timestamp
    ) throws(WireError) {
        defer { work.wakeDecoders() }
        let notes = notes(of: record)
        let sent = try events.decode(record)
        guard !forwarded(ticket, sent, record, now: now) else { return }
        if let placement = notes.placement { work.decide { $0.note(placement, of: ticket) } }
        let event = try ordered(ticket, sent, record)
        guard event.orderChange == nil else {
            return work.decide { $0.finish(ticket, outcome: .order, now: now) }
        }
        let inTopic = age(
            of: notes.available(record), isTrusted: notes.isTimeTrusted(record), at: wall)
        let deadline = now + (options.deadlines(event.priority) - inTopic)
        if let deferral = notes.deferral {
            return hold(
                ticket, event, deferral, deadline: deadline, isAlone: isAlone, now: now,
                wall: wall)
        }
        if !isAlone,
            deferred(ticket, event, record, deadline: deadline, now: now, wall: wall)
        {
            return
        }
        let due = isAlone ? nil : due(notes.retry, record, now: now, wall: wall)
        let part = try part(event, of: record, from: due ?? now, inTopic: inTopic)
        work.decide {
            $0.schedule(
                ticket, event: event, deadline: deadline, notBefore: due,
                part: isAlone ? part?.closing(at: now) : part)
            $0.escalate(event, now: now)
        }
        if let due { heldUntil[record.position.topicPartition] = due }
    }

    /// How long a record counts as having been in its topic.
    private func age(of time: Timestamp?, isTrusted: Bool, at wall: Timestamp) -> Duration {
        let age = options.producerClock.age(of: time, isTrusted: isTrusted, at: wall)
        if let doubt = age.doubt {
            telemetry.emit(ClockDoubted(direction: doubt, believed: age.believed))
        }
        return age.believed
    }

    /// That an event is a part of a study; nil when it is complete by itself.
    ///
    /// - Parameter inTopic: how long it has been in its topic. An event that comes back from a
    ///   retry topic has all the time once more.
    private func part(
        _ event: StudyEvent, of record: InboundRecord, from start: MonotonicTime, inTopic: Duration
    ) throws(WireError) -> StudyPart? {
        guard event.isPart else { return nil }
        if let expiry = event.expiry, expiry <= clock.wall() { throw .expired }
        let isAgain = options.retries.note(of: record) != nil
        let waited = isAgain ? .zero : inTopic
        return StudyPart(
            study: Pseudonym(of: event.study, key: options.parts.pseudonyms.bytes),
            origin: options.returns.original(of: record).position,
            closeAt: start + (options.parts.wait(event.priority) - waited))
    }
}
