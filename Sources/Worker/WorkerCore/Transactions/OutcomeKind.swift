/// What becomes of a study, as far as decisions ask: exactly one of these.
package enum OutcomeKind: Sendable, Hashable, CaseIterable {
    /// A finding of a model.
    case finding
    /// Something that is said without asking a model.
    case record
    /// An order was changed.
    case order
    /// The study is given up.
    case deadLetter
    /// The record ended workers, and is given up.
    case quarantined
    /// The study goes to a retry topic.
    case postponed
    /// The study goes to wait for a cleaner hour.
    case deferral
    /// The event goes to its study's owner.
    case placed
}

/// What is done about an outcome that the broker finds too large.
package enum OversizeAction: Sendable, Hashable {
    /// It is given up: a dead letter goes in its place.
    case giveUp
    /// Nothing smaller could go in its place, and to drop it would be a silent loss: the worker
    /// ends.
    case end
}

extension OutcomeKind {
    /// What is done about one that the broker finds too large: a finding, or an event on its way to
    /// its study's owner, becomes a dead letter.
    package var whenTooLarge: OversizeAction {
        switch self {
        case .finding, .placed: .giveUp
        case .record, .order, .deadLetter, .quarantined, .postponed, .deferral: .end
        }
    }
}
