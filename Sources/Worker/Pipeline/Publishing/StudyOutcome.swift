package import Energy
internal import Reporting
package import VigilCore
internal import WorkerCore

/// What becomes of a study: exactly one of these.
package enum StudyOutcome: Sendable {
    /// A finding with its energy record, complete but for the time of publication and what the
    /// study is charged for what it was measured to cost; and what goes with it.
    case finding(Finding, EnergyRecord, StudyCost, FindingBesides = FindingBesides())
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
        guard case .finding(let finding, let energy, let cost, var besides) = self else {
            return self
        }
        besides.offer = offer
        return .finding(finding, energy, cost, besides)
    }

    /// The outcome with the direction of its images.
    func directed(_ vector: [Float]?) -> StudyOutcome {
        guard case .finding(let finding, let energy, let cost, var besides) = self else {
            return self
        }
        besides.vector = vector
        return .finding(finding, energy, cost, besides)
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
