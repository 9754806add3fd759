internal import Telemetry
internal import VigilCore
internal import Wire
internal import WorkerCore

extension RecordIntake {
    /// Gives a record up that ended workers: a dead letter, and that its study is not assessed, at
    /// its ordered priority.
    ///
    /// - Parameter isRead: whether it is read as an event.
    func giveUp(_ record: InboundRecord, deaths: Int, isRead: Bool) -> StudyTicket? {
        let (work, now, wall) = (context.work, context.clock.monotonic(), context.clock.wall())
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
        let (rules, facts) = (
            context.options.rules, facts(context.clock.monotonic(), context.clock.wall())
        )
        guard let event = context.work.decide({ $0.quarantine(ticket, arrival, rules, facts) })
        else {
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
