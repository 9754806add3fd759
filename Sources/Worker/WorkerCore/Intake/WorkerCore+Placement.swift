package import VigilCore

extension WorkerCore {
    /// Lets an event go to its study's owner: it is published with the next transaction, before the
    /// findings of its rank, and nothing else is done with it.
    package mutating func forward(
        _ ticket: StudyTicket, _ event: StudyEvent, deadline: MonotonicTime, outcome: Outcome,
        now: MonotonicTime
    ) {
        guard var study = studies[ticket] else { return }
        study.event = event
        study.deadline = deadline
        study.route.isForwarded = true
        studies.update(study)
        finish(ticket, outcome: outcome, now: now)
    }

    /// Notes that an event was forwarded to this worker.
    package mutating func note(_ placement: PlacementNote, of ticket: StudyTicket) {
        guard var study = studies[ticket] else { return }
        study.route.placement = placement
        studies.update(study)
    }
}
