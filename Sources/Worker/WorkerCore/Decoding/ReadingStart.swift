package import VigilCore

/// What a decoder does about a study that it takes up and of which nothing was read yet.
package enum ReadingStart: Sendable {
    /// It reads what the event names.
    case read
    /// It puts the study together from its events.
    case assemble(StudyAssembly)
    /// It gives the event up, whose time is over.
    case expired
}

extension WorkerCore.DecodeJob {
    /// How its reading begins.
    package func start(at wall: Timestamp) -> ReadingStart {
        if let assembly { return .assemble(assembly) }
        return event.isExpired(at: wall) ? .expired : .read
    }
}
