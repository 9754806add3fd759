package import VigilCore

/// What is to be promised.
package struct RiskPlan: Sendable, Hashable {
    /// The share of studies with a finding that may go unflagged.
    package let fnr: RiskClaim
    /// The share of those without it that may be flagged; nil: no promise of it.
    package let fpr: RiskClaim?
    /// The least share of studies that must get an answer.
    package let coverageFloor: Double

    /// - Parameters:
    ///   - delta: how probable it is at most that a promise does not hold: of each one, or where
    ///     they are joint, that any does not.
    ///   - sequences: how many promises a joint delta is split among (Bonferroni); 1: each has all
    ///     of it.
    /// - Throws: ``RiskControlError/claimOutside(alpha:delta:)`` for numbers beyond
    ///   ``RiskClaim``'s.
    package init(
        fnr: Double, fpr: Double?, delta: Double, sequences: Int, coverageFloor: Double
    ) throws(RiskControlError) {
        let each = delta / Double(max(1, sequences))
        func claim(_ alpha: Double) throws(RiskControlError) -> RiskClaim {
            guard let claim = RiskClaim(alpha: alpha, delta: each) else {
                throw .claimOutside(alpha: alpha, delta: each)
            }
            return claim
        }
        self.fnr = try claim(fnr)
        self.fpr = try fpr.map { alpha throws(RiskControlError) in try claim(alpha) }
        self.coverageFloor = coverageFloor
    }
}
