extension Finding {
    /// The calibration that a finding was answered by, or that was asked in vain.
    package struct Calibrated: Sendable, Hashable {
        /// SHA-256 of what was signed.
        package let digest: Digest
        /// The studies whose rule was taken, such as `site=north,view=PA`, or `pooled`; nil: no
        /// rule applied.
        package let stratum: String?
        /// The calibrated probability, 0...1; nil without a rule or a usable score.
        package let probability: Double?
        /// What is promised of such answers; nil: nothing.
        package let guarantee: Guarantee?

        package init(
            digest: Digest, stratum: String?, probability: Double?, guarantee: Guarantee?
        ) {
            self.digest = digest
            self.stratum = stratum
            self.probability = probability
            self.guarantee = guarantee
        }
    }

    /// A bound of a share of studies that are answered wrongly: of answers by the rule, not of this
    /// study.
    package struct Guarantee: Sendable, Hashable {
        /// Whose share is bounded.
        package enum Risk: String, Sendable, Hashable, CaseIterable {
            /// Of studies with the finding, those that are called not flagged.
            case falseNegatives = "fnr"
            /// Of studies without it, those that are flagged.
            case falsePositives = "fpr"
        }

        /// Whose share it is.
        package let risk: Risk
        /// The bound of the share, and how probable it is at most that it does not hold; 0...1.
        package let alpha: Double
        package let delta: Double
        /// The studies that it was fitted on: with the finding, or for `fpr` without it.
        package let count: Int
        /// Whether ``delta`` is of all promises of the calibration together.
        package let isJoint: Bool
        /// The share of the studies it was fitted on of which nothing was said, 0...1.
        package let abstentionRate: Double
        /// The least share of studies that must get an answer, 0...1.
        package let coverageFloor: Double

        package init(
            risk: Risk, alpha: Double, delta: Double, count: Int, isJoint: Bool,
            abstentionRate: Double, coverageFloor: Double
        ) {
            self.risk = risk
            self.alpha = alpha
            self.delta = delta
            self.count = count
            self.isJoint = isJoint
            self.abstentionRate = abstentionRate
            self.coverageFloor = coverageFloor
        }
    }
}
