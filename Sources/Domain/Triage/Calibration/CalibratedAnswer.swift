package import VigilCore

/// An answer by a calibration, and what it rests on.
package struct CalibratedAnswer: Sendable, Hashable {
    package let answer: Finding.Answer
    /// The calibration that was asked; nil: none speaks of the finding.
    package let calibration: Digest?
    /// The rule that gave it; nil: none applied.
    package let rule: StratumRule?
    /// The name of the rule's stratum, `pooled` of all studies.
    package let stratum: String?
    /// How the calibration's promises are to be read; there with the rule.
    let promise: CalibrationFile.Promise?
    /// The calibrated probability.
    package let probability: Double?

    /// As a finding tells it; nil without a calibration.
    var record: Finding.Calibrated? {
        calibration.map {
            Finding.Calibrated(
                digest: $0, stratum: stratum, probability: probability, guarantee: guarantee)
        }
    }

    /// What is promised of such answers: of what is flagged, a share of false alarms; of all else,
    /// a share of studies that are missed.
    private var guarantee: Finding.Guarantee? {
        guard let rule, let promise else { return nil }
        if answer == .flagged {
            return rule.flagging.proof.map { self.guarantee(.falsePositives, $0, rule, promise) }
        }
        guard case .below(_, let proof) = rule.clearing else { return nil }
        return self.guarantee(.falseNegatives, proof, rule, promise)
    }

    private func guarantee(
        _ risk: Finding.Guarantee.Risk, _ proof: RiskProof, _ rule: StratumRule,
        _ promise: CalibrationFile.Promise
    ) -> Finding.Guarantee {
        Finding.Guarantee(
            risk: risk, alpha: proof.claim.alpha,
            delta: promise.isJoint ? promise.delta : proof.claim.delta, count: proof.count,
            isJoint: promise.isJoint, abstentionRate: rule.abstentionRate,
            coverageFloor: promise.coverageFloor)
    }
}

/// One study as calibrations answer for it.
package struct CalibratedStudy: Sendable {
    private let triage: CalibratedTriage
    private let traits: [String: String]
    private let time: Timestamp

    /// - Parameters:
    ///   - traits: what the study is, by the names of ``CalibratedTriage/traits``; what is not
    ///     known is left out.
    ///   - time: when it is decided.
    package init(_ triage: CalibratedTriage, traits: [String: String], at time: Timestamp) {
        self.triage = triage
        self.traits = traits
        self.time = time
    }

    func answer(code: String, head: String?, score: Float?) -> CalibratedAnswer {
        triage.answer(code: code, head: head, score: score, traits: traits, at: time)
    }
}
