package import VigilCore

/// All studies of one finding, and from where on it is flagged unless risk control says.
package struct FindingScores: Sendable {
    package let code: String
    package let head: String?
    package let operatingPoint: Float
    package let operatingPointBy: StratumRule.FlagOrigin
    package let studies: [ScoredStudy]

    package init(
        code: String, head: String?, operatingPoint: Float,
        operatingPointBy: StratumRule.FlagOrigin, studies: [ScoredStudy]
    ) {
        self.code = code
        self.head = head
        self.operatingPoint = operatingPoint
        self.operatingPointBy = operatingPointBy
        self.studies = studies
    }

    /// Of each patient the first study with the finding and the first without it. Claims count
    /// studies that know nothing of each other, and those of one patient do.
    package var independent: [ScoredStudy] {
        var seen: Set<[Int]> = []
        return studies.filter { seen.insert([$0.patient, $0.isPositive ? 1 : 0]).inserted }
    }
}
