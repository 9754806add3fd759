package import Energy
package import Reporting
package import VigilCore
internal import WorkerCore

/// What becomes of a study: exactly one of these.
package enum StudyOutcome: Sendable {
    /// A finding with its energy record, complete but for the time of publication and what the
    /// study is charged for what it was measured to cost; and what a site's own generator says of
    /// it, if one was asked.
    case finding(Finding, EnergyRecord, StudyCost, GeneratorOffer? = nil)
    /// What is said of a study without asking a model: that it was withdrawn or not assessed, or
    /// that its order changed.
    case record(Finding)
    /// A person changed the study's order: the topic of orders tells of it.
    case order
    /// The study is given up.
    case deadLetter(StageFailure, at: Timestamp)
    /// The record ended workers: it is given up, and its study is not assessed; nil where a finding
    /// of it stands, or none can.
    case quarantined(StageFailure, Finding?, at: Timestamp)
    /// The study failed in a passing way, as often as it is tried here: it goes to the next retry
    /// topic, and after the last one it is given up.
    case postponed(StageFailure, at: Timestamp)
    /// The study waits for a cleaner hour: it goes to the deferral topic, once.
    case deferral(DeferralNote)
    /// The event goes to the worker that owns its study, once.
    case placed(PlacementNote, topic: String, partition: Int32)
}

extension StudyOutcome {
    /// The outcome with what a generator says of it.
    func offered(_ offer: GeneratorOffer) -> StudyOutcome {
        guard case .finding(let finding, let energy, let cost, _) = self else { return self }
        return .finding(finding, energy, cost, offer)
    }

    /// What it says of its study; nil where it says nothing.
    var finding: Finding? {
        switch self {
        case .finding(let finding, _, _, _), .record(let finding): finding
        case .quarantined(_, let finding, _): finding
        case .order, .deadLetter, .postponed, .deferral, .placed: nil
        }
    }

    /// What of it decisions ask for.
    var kind: OutcomeKind {
        switch self {
        case .finding: .finding
        case .record: .record
        case .order: .order
        case .deadLetter: .deadLetter
        case .quarantined: .quarantined
        case .postponed: .postponed
        case .deferral: .deferral
        case .placed: .placed
        }
    }
}
