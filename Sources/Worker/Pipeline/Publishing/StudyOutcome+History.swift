internal import VigilCore
internal import Wire
internal import WorkerCore

extension StudyOutcome {
    /// What it leaves as its study's history once it is committed; nil of one that says nothing of
    /// a study that came in parts.
    func history(of study: StudyInFlight) -> (Pseudonym, StudyHistory)? {
        guard let name = study.assembly?.study else { return nil }
        switch self {
        case .finding(let finding, _, _, _), .record(let finding):
            return StudyHistory(finding).map { (name, $0) }
        case .quarantined, .order, .deadLetter, .postponed, .deferral, .placed:
            return nil
        }
    }
}
