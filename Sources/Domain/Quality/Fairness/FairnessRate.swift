/// A rate that groups of studies are compared by: of studies in two cells, those in the first.
package enum FairnessRate: String, Sendable, Hashable, CaseIterable {
    /// Of answered studies that are known to have the finding, those that are flagged.
    case truePositive = "tpr"
    /// Of answered studies that are known not to have it, those that are flagged.
    case falsePositive = "fpr"
    /// Of flagged studies with a truth, those with the finding.
    case predictiveValue = "ppv"
    /// Of all assessed studies, those of which the model said that it does not know.
    case abstention = "abstention_rate"

    /// Counts that rates are made of; no study is in two of the first four, nor in both others.
    enum Cell: CaseIterable {
        case confirmed, refuted, cleared, missed, abstained, answered

        /// How many studies are in it.
        func studies(_ counts: QualityCounts) -> Int {
            switch self {
            case .confirmed: counts.flagged.present
            case .refuted: counts.flagged.absent
            case .cleared: counts.notFlagged.absent
            case .missed: counts.notFlagged.present
            case .abstained: counts.abstained.studies
            case .answered: counts.flagged.studies + counts.notFlagged.studies
            }
        }
    }

    /// The studies that are counted, and the others that it is a rate of.
    var cells: (hits: Cell, others: Cell) {
        switch self {
        case .truePositive: (.confirmed, .missed)
        case .falsePositive: (.refuted, .cleared)
        case .predictiveValue: (.confirmed, .refuted)
        case .abstention: (.abstained, .answered)
        }
    }
}
