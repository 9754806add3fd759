package import VigilCore

/// The riskiest thresholds that a claim allows, each with its proof.
package enum RiskThresholds {
    /// The highest score below which studies may be left unflagged, so that no more than a share
    /// of those with the finding is missed.
    ///
    /// Thresholds are tested from the lowest score on: the share of positives below one only grows.
    /// - Parameter positives: scores of studies with the finding, one a study.
    package static func clearing(
        positives: [Float], claim: RiskClaim
    ) -> Result<(below: Float, proof: RiskProof), Refusal> {
        guard positives.count >= claim.leastCount else {
            return .failure(Refusal(reason: .tooFewPositives))
        }
        let sorted = positives.sorted()
        let steps = distinct(sorted)
        let passed = FixedSequence.rejected(
            steps.lazy.map { (losses: $0, count: sorted.count) }, alpha: claim.alpha,
            delta: claim.delta)
        guard passed > 0 else { return .failure(Refusal(reason: .noThreshold)) }
        let losses = steps[passed - 1]
        return .success(
            (sorted[losses], RiskProof(claim: claim, count: sorted.count, losses: losses)))
    }

    /// The lowest score from which on studies may be flagged, so that no more than a share of those
    /// without the finding is.
    ///
    /// Tested from the highest score down: the share of negatives from one on only grows.
    package static func flagging(
        negatives: [Float], claim: RiskClaim
    ) -> Result<(from: Float, proof: RiskProof), Refusal> {
        guard negatives.count >= claim.leastCount else {
            return .failure(Refusal(reason: .tooFewNegatives))
        }
        let sorted = negatives.sorted(by: >)
        let steps = distinct(sorted)
        let passed = FixedSequence.rejected(
            steps.lazy.map { (losses: $0, count: sorted.count) }, alpha: claim.alpha,
            delta: claim.delta)
        guard passed > 0 else { return .failure(Refusal(reason: .noThreshold)) }
        let losses = steps[passed - 1]
        // Just above the highest score that may not be flagged.
        let from = sorted[losses].nextUp
        guard from <= 1 else { return .failure(Refusal(reason: .noThreshold)) }
        return .success((from, RiskProof(claim: claim, count: sorted.count, losses: losses)))
    }

    /// Why there is none.
    package struct Refusal: Error, Hashable {
        package let reason: RiskRefusal
    }

    /// For each different score in sorted ones, how many stand before it.
    private static func distinct(_ sorted: [Float]) -> [Int] {
        sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }
    }
}
