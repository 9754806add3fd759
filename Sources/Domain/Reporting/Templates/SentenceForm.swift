/// The sentences that a language's file must have, each by its name there.
enum SentenceForm: String, Sendable, Hashable, CaseIterable {
    case present
    case presentUncalibrated = "present_uncalibrated"
    case absent
    case notExcluded = "not_excluded"
    case uncertain
    case notAssessed = "not_assessed"
    case techniqueOne = "technique_one"
    case techniqueMany = "technique_many"
    case noComparison = "no_comparison"
    case nothingFlagged = "nothing_flagged"
    case unanswered
    case studyNotAssessed = "study_not_assessed"
    case studyAbstained = "study_abstained"

    /// Whether it speaks of one finding, whose name it then has in one of its forms.
    var isOfFinding: Bool {
        switch self {
        case .present, .presentUncalibrated, .absent, .notExcluded, .uncertain, .notAssessed: true
        default: false
        }
    }

    /// The fields that it has besides a finding's name: all of these and no other, or a sentence
    /// would lose what it must say.
    var fields: Set<SentencePattern.Field> {
        switch self {
        case .present: [.probability, .side]
        case .presentUncalibrated: [.side]
        case .techniqueMany: [.images]
        case .unanswered: [.unanswered, .asked]
        default: []
        }
    }
}

extension ReportClaim {
    /// The sentence that says it.
    var form: SentenceForm {
        switch self {
        case .finding(let claim): claim.statement.form
        case .technique(1): .techniqueOne
        case .technique: .techniqueMany
        case .noComparison: .noComparison
        case .nothingFlagged: .nothingFlagged
        case .unanswered: .unanswered
        case .notDrafted(.notAssessed): .studyNotAssessed
        case .notDrafted(.abstained): .studyAbstained
        }
    }
}

extension FindingClaim.Statement {
    fileprivate var form: SentenceForm {
        switch self {
        case .present(.some): .present
        case .present(nil): .presentUncalibrated
        case .absent: .absent
        case .notExcluded: .notExcluded
        case .uncertain: .uncertain
        case .notAssessed: .notAssessed
        }
    }
}
