package import VigilCore

extension WorkerCore {
    /// Notes that an event goes to its study's owner: that will be published before the findings of
    /// its rank, and nothing else is done with it.
    package mutating func forward(
        _ ticket: StudyTicket, _ event: StudyEvent, deadline: MonotonicTime
    ) {
        guard var study = studies[ticket] else { return }
        study.event = event
        study.deadline = deadline
        study.route.isForwarded = true
        studies.update(study)
    }

    /// Notes that an event was forwarded to this worker.
    mutating func note(_ placement: PlacementNote, of ticket: StudyTicket) {
        guard var study = studies[ticket] else { return }
        study.route.placement = placement
        studies.update(study)
    }
}
