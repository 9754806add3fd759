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
    /// Whether what is known of the patient made it another than the image's own: of such answers
    /// nothing was counted, and nothing is promised.
    package private(set) var isRaised = false

    package init(
        answer: Finding.Answer, calibration: Digest?, rule: StratumRule?, stratum: String?,
        promise: CalibrationFile.Promise?, probability: Double?
    ) {
        self.answer = answer
        self.calibration = calibration
        self.rule = rule
        self.stratum = stratum
        self.promise = promise
        self.probability = probability
    }

    /// This answer with what the same rule says of a higher score.
    func raised(to other: CalibratedAnswer) -> CalibratedAnswer {
        guard other.answer != answer else { return self }
        var out = CalibratedAnswer(
            answer: other.answer, calibration: calibration, rule: rule, stratum: stratum,
            promise: promise, probability: probability)
        out.isRaised = true
        return out
    }

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
        guard !isRaised, let rule, let promise else { return nil }
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
    private let alarms: [Finding.Alarm]
    /// What was said of it before, by its operating points; nil of one that is decided first.
    private var told: [String: Finding.Result]?

    /// - Parameters:
    ///   - traits: what the study is, by the names of ``CalibratedTriage/traits``; what is not
    ///     known is left out.
    ///   - time: when it is decided.
    ///   - alarms: those that stand.
    package init(
        _ triage: CalibratedTriage, traits: [String: String], at time: Timestamp,
        under alarms: [Finding.Alarm] = []
    ) {
        self.alarms = alarms
        self.triage = triage
        self.traits = traits
        self.time = time
    }

    /// The same study once more, by the rules that answered it before: its record does not tell
    /// all that strata are told apart by.
    ///
    /// - Parameter results: what was said of it.
    package init(_ triage: CalibratedTriage, as results: [Finding.Result], at time: Timestamp) {
        self.init(triage, traits: [:], at: time)
        told = Dictionary(
            results.map { (OperatingPoint.key(code: $0.code, head: $0.head), $0) }
        ) { first, _ in first }
    }

    /// - Parameter fused: the score with what is known of the patient; nil: it is the image's own.
    func answer(
        code: String, head: String?, score: Float?, with fused: Float?
    ) -> CalibratedAnswer {
        let before = told?[OperatingPoint.key(code: code, head: head)]
        func said(_ score: Float?) -> CalibratedAnswer {
            if let before { return triage.answer(as: before, score: score) }
            return triage.answer(
                code: code, head: head, score: score, traits: traits, at: time, under: alarms)
        }
        let own = said(score)
        return fused.map { own.raised(to: said($0)) } ?? own
    }
}
