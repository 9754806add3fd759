package import VigilCore

/// What is done about a study that failed at a stage.
package enum FailureAction: Sendable, Hashable {
    /// It is tried again here; this will be its attempt of this number.
    case again(attempt: Int)
    /// It is tried no more here: its outcome is that it goes to the next retry topic.
    case postpone
    /// Its outcome is that it is given up.
    case giveUp
    /// The worker ends: the fault is not the study's.
    case end
    /// Nothing: nobody waits for it any more.
    case ignore
}

extension WorkerCore {
    /// Decides what is done about a study that failed while it was read: another attempt after a
    /// pause that is longer each time, the next retry topic when the attempts here are used up, or
    /// at once its end.
    ///
    /// - Parameters:
    ///   - disposition: as the error says.
    ///   - mayPass: whether it may be another time, though the error does not say so.
    package mutating func fail(
        _ ticket: StudyTicket, _ disposition: Disposition, mayPass: Bool = false,
        now: MonotonicTime, wall: Timestamp
    ) -> FailureAction {
        switch disposition {
        case .retry(let least): postpone(ticket, atLeast: least, now: now, wall: wall)
        case .deadLetter where mayPass:
            postpone(ticket, atLeast: .seconds(1), now: now, wall: wall)
        case .deadLetter: .giveUp
        case .shutDown: .end
        }
    }

    /// Decides what is done about the studies of a batch on which the model failed. A model that
    /// cannot run is not a study's fault, unless the error says so, and no second run helps.
    package func failBatch(_ disposition: Disposition) -> FailureAction {
        switch disposition {
        case .deadLetter: .giveUp
        case .retry, .shutDown: .end
        }
    }

    /// Postpones another attempt.
    ///
    /// - Parameter least: the least pause that the failure asks for.
    private mutating func postpone(
        _ ticket: StudyTicket, atLeast least: Duration, now: MonotonicTime, wall: Timestamp
    ) -> FailureAction {
        line.running.remove(ticket)
        guard var study = studies[ticket], !study.progress.isAnswered else { return .ignore }
        study.progress.firstFailure = study.firstFailure ?? wall
        guard study.attempts < limits.retries.attemptsMax, !isDraining, !isTried(ticket) else {
            studies.update(study)
            return .postpone
        }
        let pause = limits.retries.backoff.pause(attempt: study.attempts, seed: ticket.number)
        study.progress.attempts += 1
        studies.update(study)
        line.delay(ticket, until: now + max(least, pause))
        return .again(attempt: study.attempts)
    }
}
