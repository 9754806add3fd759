/// A claim with the counts that bear it. Losses are 0 or 1 a study, so the p-value is exact.
package struct RiskProof: Sendable, Hashable {
    package let claim: RiskClaim
    /// Studies that could have been lost.
    package let count: Int
    /// Those that were.
    package let losses: Int
    /// How probable so few losses are where the share is the claim's bound.
    package let pValue: Double

    package init(claim: RiskClaim, count: Int, losses: Int) {
        self.claim = claim
        self.count = count
        self.losses = losses
        pValue = claim.pValue(losses: losses, of: count)
    }

    /// Whether the counts bear the claim.
    package var stands: Bool {
        count >= claim.leastCount && losses >= 0 && pValue <= claim.delta
    }
}
