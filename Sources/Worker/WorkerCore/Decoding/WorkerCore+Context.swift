internal import VigilCore

extension WorkerCore {
    /// One more topic that tells of patients is being read: studies that name their patient wait
    /// for it. No `stat` study does, which nothing could raise.
    package mutating func awaitContext() { line.contextsAwaited += 1 }

    /// One was read, or is waited for no longer.
    package mutating func awaitContextNoLonger() {
        line.contextsAwaited = max(0, line.contextsAwaited - 1)
    }

    /// When a study was there, from when back what is known of its patient counts: as long as it is
    /// revised, it counts from when it was there first.
    func contextTime(of study: StudyInFlight) -> Timestamp {
        if let before = study.assembly?.history?.contextTime { return before }
        let members = study.tickets.compactMap { studies[$0]?.route.there }
        return members.min() ?? study.takenWall
    }

    /// Whether a study waits for what is known of its patient.
    func awaitsContext(_ study: StudyInFlight) -> Bool {
        line.contextsAwaited > 0 && study.turn.priority != .stat && study.event?.patient != nil
    }
}
