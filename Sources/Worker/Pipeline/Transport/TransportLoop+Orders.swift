internal import VigilCore
internal import Wire
internal import WorkerCore

extension TransportLoop {
    /// Notes what an event orders, if its sender may, and gives the event as urgent as its study
    /// stands on the worklist.
    func ordered(
        _ ticket: StudyTicket, _ event: StudyEvent, _ record: InboundRecord
    ) throws(WireError) -> StudyEvent {
        let original = options.returns.original(of: record)
        let place = original.position
        guard options.orders.rights.allow(event, from: place.topic) else { throw .notAuthorised }
        let study = Pseudonym(of: event.study, key: options.parts.pseudonyms.bytes)
        let (now, time) = (clock.monotonic(), original.timestamp ?? clock.wall())
        let deadlines = options.deadlines
        let priority = work.decide { core in
            core.note(orderOf: ticket, event, of: study, at: place, time: time)
            let priority = core.priority(of: event, of: study)
            core.expedite(study, to: priority, deadline: now + deadlines(priority))
            return priority
        }
        return event.with(instances: event.instances, priority: priority)
    }
}
