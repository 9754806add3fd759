package import VigilCore

extension WorkerCore {
    /// Decides what becomes of a record that was taken in: whether this worker is its study's
    /// owner, what it orders, when its finding must be out, whether it waits for its hour, for its
    /// next attempt, for other parts of its study or for its turn.
    ///
    /// - Returns: what is to be done, nil when it is not in flight any more; and what is to be
    ///   told.
    package mutating func take(
        _ ticket: StudyTicket, _ arrival: StudyArrival, _ rules: IntakeRules, _ facts: IntakeFacts
    ) -> (action: IntakeAction?, notices: [IntakeNotice]) {
        var notices: [IntakeNotice] = []
        guard let record = studies[ticket]?.record else { return (nil, notices) }
        if let away = forwarded(ticket, arrival, rules, facts, &notices) { return (away, notices) }
        if let placement = arrival.placement { note(placement, of: ticket) }
        guard let event = ordered(ticket, arrival, rules, facts) else {
            return (.refused(.notAuthorised), notices)
        }
        guard event.orderChange == nil else { return (.ordered, notices) }
        let age = rules.clock.age(
            of: arrival.available(record), isTrusted: arrival.isTimeTrusted(record),
            at: facts.wall)
        note(there: facts.wall.later(by: .zero - age.believed), ticket)
        if let doubt = age.doubt {
            notices.append(.clockDoubted(direction: doubt, believed: age.believed))
        }
        let action = wait(ticket, event, arrival, inTopic: age.believed, rules, facts, &notices)
        return (action, notices)
    }

    /// Lets a study wait for what it is to wait for.
    ///
    /// - Parameter inTopic: how long its event has been in its topic.
    private mutating func wait(
        _ ticket: StudyTicket, _ event: StudyEvent, _ arrival: StudyArrival, inTopic: Duration,
        _ rules: IntakeRules, _ facts: IntakeFacts, _ notices: inout [IntakeNotice]
    ) -> IntakeAction {
        let deadline = facts.now + (rules.allowed(event.priority) - inTopic)
        if let note = arrival.deferral {
            hold(ticket, event, note, deadline: deadline, arrival, facts)
            return .held
        }
        if let note = deferralNote(event, deadline: deadline, arrival, rules, facts) {
            deferral.leave(ticket)
            return .deferred(note)
        }
        let due = due(arrival, facts, &notices)
        guard !event.isPart || !event.isExpired(at: facts.wall) else { return .refused(.expired) }
        let part = part(event, arrival, from: due ?? facts.now, inTopic: inTopic, rules, facts)
        schedule(ticket, event: event, deadline: deadline, notBefore: due, part: part)
        escalate(event, now: facts.now)
        return .queued(holdingPartitionUntil: due)
    }

    private mutating func note(there time: Timestamp, _ ticket: StudyTicket) {
        guard var study = studies[ticket] else { return }
        study.route.there = time
        studies.update(study)
    }

    /// Notes what an event orders, if its sender may, and gives the event as urgent as its study
    /// stands on the worklist.
    ///
    /// - Returns: nil when its sender may not order that.
    package mutating func ordered(
        _ ticket: StudyTicket, _ arrival: StudyArrival, _ rules: IntakeRules, _ facts: IntakeFacts
    ) -> StudyEvent? {
        let (event, original) = (arrival.event, arrival.original)
        guard rules.allow(event, from: original.position.topic) else { return nil }
        note(
            orderOf: ticket, event, of: arrival.study, at: original.position,
            time: original.timestamp ?? facts.wall)
        let priority = priority(of: event, of: arrival.study)
        expedite(
            arrival.study, to: priority, deadline: facts.now + rules.allowed(priority))
        return event.with(instances: event.instances, priority: priority)
    }

    /// Sends an event to its study's owner, if that is another. Nothing is noted of its order here:
    /// two workers that note orders of one study would write over each other's.
    private mutating func forwarded(
        _ ticket: StudyTicket, _ arrival: StudyArrival, _ rules: IntakeRules, _ facts: IntakeFacts,
        _ notices: inout [IntakeNotice]
    ) -> IntakeAction? {
        guard let record = studies[ticket]?.record else { return nil }
        let event = arrival.event
        switch rules.placement.verdict(on: event.study, at: record.position, facts.partitions) {
        case .owned: return nil
        case .outgrown:
            notices.append(.outgrown)
            return nil
        case .nowhere:
            notices.append(.nowhere)
            return nil
        case .forwarded(let topic, let partition):
            forward(ticket, event, deadline: facts.now + rules.allowed(event.priority))
            return .forwarded(
                PlacementNote(of: record, study: arrival.study), topic: topic,
                partition: partition)
        }
    }

    /// When a record of a retry topic is due; nil when it is by now, and of one that is tried
    /// alone.
    private func due(
        _ arrival: StudyArrival, _ facts: IntakeFacts, _ notices: inout [IntakeNotice]
    ) -> MonotonicTime? {
        guard let retry = arrival.retry, !arrival.isAlone else { return nil }
        let told = Duration.microseconds(retry.due.microseconds - facts.wall.microseconds)
        if told > retry.longest { notices.append(.retryOutOfBounds) }
        let wait = min(told, retry.longest)
        return wait > .zero ? facts.now + wait : nil
    }

    /// That an event is a part of a study; nil when it is complete by itself.
    ///
    /// - Parameter inTopic: how long it has been in its topic. An event that comes back from a
    ///   retry topic has all the time once more.
    private func part(
        _ event: StudyEvent, _ arrival: StudyArrival, from start: MonotonicTime,
        inTopic: Duration, _ rules: IntakeRules, _ facts: IntakeFacts
    ) -> StudyPart? {
        guard event.isPart else { return nil }
        let waited = arrival.retry == nil ? inTopic : .zero
        let wait = (rules.partWaits[event.priority] ?? .zero) - waited
        return StudyPart(
            study: arrival.study, origin: arrival.original.position,
            closeAt: arrival.isAlone ? facts.now : start + wait)
    }
}

extension StudyEvent {
    /// Whether nobody wants its result any more.
    func isExpired(at wall: Timestamp) -> Bool { expiry.map { $0 <= wall } ?? false }
}
