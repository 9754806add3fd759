/// Why a threshold comes without the promise that was asked for.
package enum RiskRefusal: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// Fewer studies with the finding than can bear the claim (``RiskClaim/leastCount``).
    case tooFewPositives = "too_few_positives"
    /// Fewer studies without it than can bear the claim.
    case tooFewNegatives = "too_few_negatives"
    /// So many studies would be left without an answer that the claim is worth nothing.
    case coverageBelowFloor = "coverage_below_floor"
    /// No threshold within 0 to 1 keeps the bound.
    case noThreshold = "no_threshold"
}
