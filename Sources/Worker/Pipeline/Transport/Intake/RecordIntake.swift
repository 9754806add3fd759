internal import Telemetry
package import VigilCore
package import Wire
package import WorkerCore

/// Takes records in: reads them as events and does what is decided of them. The transport thread's
/// alone.
package final class RecordIntake {
    let context: TransportContext
    let events: StudyEventDecoder
    private let flow: PartitionFlow
    /// Follows what is read of each log.
    private let logs: TopicWatch
    /// By which hash senders place studies.
    private var senders: SenderPartitioning

    package init(
        _ context: TransportContext, events: StudyEventDecoder, flow: PartitionFlow,
        logs: TopicWatch
    ) {
        self.context = context
        self.events = events
        self.flow = flow
        self.logs = logs
        senders = SenderPartitioning(rule: context.options.rules.placement.rule)
    }

    /// Takes a record in.
    ///
    /// - Parameter isAlone: it is tried alone, and waits for nothing: neither for its hour nor for
    ///   other parts of its study.
    /// - Returns: its ticket; nil when it is done or not ours.
    @discardableResult
    package func take(_ record: InboundRecord, isAlone: Bool = false) -> StudyTicket? {
        let (work, now, wall) = (context.work, context.clock.monotonic(), context.clock.wall())
        let position = record.position
        // It comes again once its partition is read from its beginning.
        guard !flow.isToRestart(position.topicPartition) else { return nil }
        context.telemetry.emit(
            StudyConsumed(
                topic: SafeText(operatorProvided: position.topic), partition: position.partition,
                offset: position.offset))
        let admitted = work.decide { $0.admit(record, now: now, wall: wall) }
        logs.note(record, isTaken: admitted != nil)
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
        defer { context.work.wakeDecoders() }
        var arrival = try arrival(of: record)
        arrival.isAlone = isAlone
        tellSenders(arrival.event, record)
        let (said, rules) = (arrival, context.options.rules)
        let (action, notices) = context.work.decide { core in
            let (action, notices) = core.take(ticket, said, rules, facts)
            if let outcome = action.flatMap({ StudyOutcome($0, at: facts.wall) }) {
                core.finish(ticket, outcome: outcome, now: facts.now)
            }
            return (action, notices)
        }
        for notice in notices { tell(notice, record.position) }
        guard case .queued(let due?)? = action else { return }
        flow.hold(record.position.topicPartition, until: due)
    }

    /// Tells, once, by which hash senders seem to place events where it is another than the one
    /// set.
    private func tellSenders(_ event: StudyEvent, _ record: InboundRecord) {
        let (place, options) = (record.position, context.options)
        guard options.rules.placement.isOfSenders(place.topic),
            let fitting = senders.note(
                key: record.key, study: event.study, at: place.partition,
                among: options.partitions[options.inputTopic])
        else { return }
        context.telemetry.emit(
            SettingWarning(
                setting: "study.placement",
                what: "senders use another hash of the study's UID, so many events are forwarded",
                remedy: "Set study.placement to \(SafeText(fixedMessage: fitting.rawValue))"))
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
