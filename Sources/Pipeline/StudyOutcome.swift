package import VigilCore
package import Wire

/// What becomes of a study: exactly one of the two.
package enum StudyOutcome: Sendable {
    /// A finding with its energy record, complete but for the time of publication.
    case finding(FindingRecord, EnergyRecord)
    /// The study is given up.
    case deadLetter(StageFailure, at: Timestamp)
}
