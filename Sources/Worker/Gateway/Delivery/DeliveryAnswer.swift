internal import VigilCore

/// What came of one attempt at a counterpart.
enum DeliveryAnswer: Sendable, Equatable {
    /// It has the record, and says so of this very record.
    case delivered
    /// It has a later one of the same finding.
    case overtaken
    /// There was no answer that could be understood: nothing is known of what it has.
    case unanswered(SafeText)
    /// It answers that it cannot take this record now.
    case busy(SafeText, after: Duration?)
    /// It will never take this record.
    case refused(SafeText)

    /// Why it was not delivered, a word in snake case.
    var reason: SafeText {
        switch self {
        case .delivered, .overtaken: "none"
        case .unanswered(let reason), .busy(let reason, _), .refused(let reason): reason
        }
    }

    /// Whether the counterpart can be spoken to.
    var isAnswered: Bool {
        if case .unanswered = self { false } else { true }
    }
}

/// What is done after an attempt.
enum DeliveryStep: Sendable, Equatable {
    case finish
    /// Nobody is asked for so long: the counterpart itself is in trouble.
    case pauseAll(Duration)
    /// This record is not tried for so long.
    case postpone(Duration)
    case giveUp(SafeText)

    /// - Parameters:
    ///   - failures: in a row, this one included: of the counterpart where it was silent, else of
    ///     the record.
    ///   - age: for how long the record has been tried.
    init(
        after answer: DeliveryAnswer, failures: Int, age: Duration, schedule: RetrySchedule,
        chance: Double
    ) {
        let pause = schedule.pause(after: failures, chance: chance)
        switch answer {
        case .delivered, .overtaken: self = .finish
        case .unanswered: self = .pauseAll(pause)
        case .busy(let reason, _) where age >= schedule.giveUpAfter: self = .giveUp(reason)
        case .busy(_, let wanted?): self = .pauseAll(min(max(wanted, pause), schedule.longest))
        case .busy(_, nil): self = .postpone(pause)
        case .refused(let reason): self = .giveUp(reason)
        }
    }
}
