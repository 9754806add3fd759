package import VigilCore

/// Fits what is answered of a finding, over all studies and in each stratum that has enough.
package struct RiskController: Sendable {
    private let plan: RiskPlan

    package init(_ plan: RiskPlan) { self.plan = plan }

    /// Calibrates one finding. A stratum with too few positives for the claim gets no rule of its
    /// own: that of all studies holds there, and its promise is one over all of them.
    /// - Parameter strata: how many there are.
    package func calibrate(_ finding: FindingScores, strata: Int) -> CalibratedFinding {
        let (map, loss) = ProbabilityMapFit.choose(finding.independent)
        return CalibratedFinding(
            code: finding.code, head: finding.head, map: map, loss: loss,
            rules: rules(for: finding, strata: strata))
    }

    /// The rules alone: that of all studies, then those of strata.
    package func rules(for finding: FindingScores, strata: Int) -> [StratumRule] {
        let studies = finding.independent
        let own = (0..<strata).compactMap { stratum -> StratumRule? in
            let part = studies.filter { $0.stratum == stratum }
            guard part.count(where: \.isPositive) >= plan.fnr.leastCount else { return nil }
            return rule(finding, part, stratum: stratum)
        }
        return [rule(finding, studies, stratum: nil)] + own
    }

    private func rule(
        _ finding: FindingScores, _ studies: [ScoredStudy], stratum: Int?
    ) -> StratumRule {
        let positives = studies.filter(\.isPositive).map(\.score)
        let negatives = studies.filter { !$0.isPositive }.map(\.score)
        let flagging = flagging(finding, negatives)
        let clearing = clearing(positives, flagFrom: flagging.from)
        let rule = StratumRule(
            stratum: stratum, clearing: clearing, flagging: flagging,
            positives: Self.answers(positives, clearing, flagging),
            negatives: Self.answers(negatives, clearing, flagging))
        guard case .below = clearing, rule.coverage < plan.coverageFloor else { return rule }
        // Refusing a promise after seeing how few get an answer makes no other promise.
        let refused = StratumRule.Clearing.refused(.coverageBelowFloor)
        return StratumRule(
            stratum: stratum, clearing: refused, flagging: flagging,
            positives: Self.answers(positives, refused, flagging),
            negatives: Self.answers(negatives, refused, flagging))
    }

    private func flagging(
        _ finding: FindingScores, _ negatives: [Float]
    ) -> StratumRule.Flagging {
        guard let fpr = plan.fpr else {
            return .init(from: finding.operatingPoint, by: finding.operatingPointBy)
        }
        switch RiskThresholds.flagging(negatives: negatives, claim: fpr) {
        case .success(let found): return .init(from: found.from, by: .risk, proof: found.proof)
        case .failure(let refusal):
            return .init(
                from: finding.operatingPoint, by: finding.operatingPointBy,
                refusal: refusal.reason)
        }
    }

    /// What is flagged is never cleared: where both would hold, the lower threshold is moved down,
    /// which misses fewer.
    private func clearing(_ positives: [Float], flagFrom: Float) -> StratumRule.Clearing {
        switch RiskThresholds.clearing(positives: positives, claim: plan.fnr) {
        case .failure(let refusal): return .refused(refusal.reason)
        case .success(let found):
            guard found.below > flagFrom else { return .below(found.below, found.proof) }
            let proof = RiskProof(
                claim: plan.fnr, count: positives.count,
                losses: positives.count { $0 < flagFrom })
            return .below(flagFrom, proof)
        }
    }

    private static func answers(
        _ scores: [Float], _ clearing: StratumRule.Clearing, _ flagging: StratumRule.Flagging
    ) -> StratumRule.Answers {
        var below = -Float.infinity
        if case .below(let threshold, _) = clearing { below = threshold }
        let flagged = scores.count { $0 >= flagging.from }
        let notFlagged = scores.count { $0 < flagging.from && $0 < below }
        return .init(
            flagged: flagged, notFlagged: notFlagged,
            abstained: scores.count - flagged - notFlagged)
    }
}
