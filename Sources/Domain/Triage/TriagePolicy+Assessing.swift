package import VigilCore

extension TriagePolicy {
    /// Assesses a study. Pure and total: any floats give a result, the effective priority is never
    /// less urgent than the ordered one, a greater probability never makes it less urgent, and
    /// what the model abstains from makes it no more urgent. It abstains from a finding of which no
    /// image within its training domain has a usable score.
    ///
    /// - Parameters:
    ///   - images: the scores of each image, in any order.
    ///   - ordered: the priority that a person ordered.
    ///   - isValidated: whether the model was validated for its findings; if not, it moves nothing
    ///     unless ``unvalidatedMayRaise``.
    ///   - calibrations: what answers instead of the policy's thresholds; nil: nothing does.
    ///   - context: what is known of the patient, which may raise scores of which something may be
    ///     said; nil: nothing that has a weight.
    ///   - withheld: of which findings nothing may be said, whatever their scores.
    package func assess(
        _ images: [ImageScores], ordered: Priority, isValidated: Bool,
        by calibrations: CalibratedStudy? = nil, with context: ContextFusion? = nil,
        withheld: WithheldFindings = .none
    ) -> TriageAssessment {
        let findings = aggregate(images, calibrations, context, withheld)
        let isUsable = findings.contains { $0.abstentions.isEmpty }
        let asked = findings.lazy.filter(\.isPositive).map(\.priority).min() ?? .routine
        let ai = isUsable ? asked : nil
        let mayRaise = isValidated || unvalidatedMayRaise
        let effective = mayRaise ? min(ordered, ai ?? ordered) : ordered
        return TriageAssessment(
            findings: findings, ordered: ordered, ai: ai, effective: effective,
            urgency: findings.compactMap(urgency).max(),
            reasons: reasons(findings, ordered: ordered, ai: ai, effective: effective),
            notifyWithin: deadlines[ordered])
    }

    private func aggregate(
        _ images: [ImageScores], _ calibrations: CalibratedStudy?, _ context: ContextFusion?,
        _ withheld: WithheldFindings
    ) -> [FindingAssessment] {
        var order: [String] = []
        var best: [String: BestScore] = [:]
        for image in images {
            let place = FindingAssessment.Evidence(instance: image.instance, frame: image.frame)
            for score in image.findings {
                if best[score.key] == nil { order.append(score.key) }
                best[score.key, default: BestScore(score)].take(
                    score, at: place, refused: image.abstention)
            }
        }
        return order.compactMap { key in
            guard let best = best[key], let point = operatingPoint(of: key) else { return nil }
            return assessment(
                of: best, point, calibrations, context, withheld: withheld.reason(of: best.code))
        }
    }

    /// What is answered by the policy's threshold, or by a calibration's rule instead of it.
    private func assessment(
        of best: BestScore, _ point: OperatingPoint, _ calibrations: CalibratedStudy?,
        _ context: ContextFusion?, withheld: Finding.Abstention?
    ) -> FindingAssessment {
        let probability = best.score?.probability
        let fused = best.fused(with: context)
        let said = calibrations?.answer(
            code: best.code, head: best.head, score: probability, with: fused?.score)
        let threshold = calibrations == nil ? point.threshold : said?.rule?.flagging.from
        let isReached = (fused?.score ?? probability).map { $0 >= point.threshold } ?? false
        let answer = said?.answer ?? (isReached ? .flagged : .notFlagged)
        let abstention = withheld ?? best.abstention
        let logit = best.score?.logitDifference
        return FindingAssessment(
            code: best.code, head: best.head, label: best.label, probability: probability,
            logitDifference: logit.flatMap { $0.isFinite ? $0 : nil },
            threshold: threshold, priority: point.priority,
            answer: abstention.map { .abstained([$0]) } ?? answer,
            calibrated: said?.record, fused: fused, evidence: best.place, unusable: best.unusable)
    }

    private func urgency(_ finding: FindingAssessment) -> Float? {
        guard finding.abstentions.isEmpty, let score = finding.score,
            let threshold = finding.threshold
        else { return nil }
        let weight = 1 - Float(finding.priority.rank) / 4
        return OperatingPoint.normalised(score, threshold: threshold) * weight
    }

    private func reasons(
        _ findings: [FindingAssessment], ordered: Priority, ai: Priority?, effective: Priority
    ) -> [TriageReason] {
        var reasons: [TriageReason] = []
        if let ai, ai < ordered {
            reasons.append(
                effective == ai ? .raised(from: ordered, to: ai) : .notValidated(asks: ai))
        }
        let positive = findings.enumerated().filter(\.element.isPositive).sorted { left, right in
            let (one, other) = (urgency(left.element) ?? 0, urgency(right.element) ?? 0)
            if left.element.priority != right.element.priority {
                return left.element.priority < right.element.priority
            }
            return one == other ? left.offset < right.offset : one > other
        }
        for (_, finding) in positive {
            reasons.append(
                .positive(
                    label: SafeText(operatorProvided: finding.label),
                    probability: finding.probability ?? 0, withContext: finding.fused?.score,
                    threshold: finding.threshold ?? 0, asks: finding.priority))
        }
        let unusable = findings.reduce(0) { $0 + $1.unusable }
        if ai == nil {
            reasons.append(.abstains(mostTelling(findings)))
        } else {
            if positive.isEmpty { reasons.append(.nothingPositive) }
            let abstained = findings.count { !$0.abstentions.isEmpty }
            if abstained > 0 { reasons.append(.someAbstain(abstained, of: findings.count)) }
            if let ai, ordered < ai { reasons.append(.orderStands(ordered)) }
        }
        if unusable > 0 { reasons.append(.unusableScores(count: unusable)) }
        return reasons
    }

    /// Why nothing is said of a study at all: of several reasons the most telling.
    private func mostTelling(_ findings: [FindingAssessment]) -> Finding.Abstention {
        let given = Set(findings.flatMap(\.abstentions))
        return Finding.Abstention.mostTellingFirst.first { given.contains($0) } ?? .noUsableScore
    }
}

extension Finding.Abstention {
    fileprivate static let mostTellingFirst: [Finding.Abstention] = [
        .stopped, .outsideEnvelope, .viewNotFrontal, .invertedPolarity, .rotated,
        .outsideTrainingDomain,
        .viewUnknown,
        .qualityAlarm, .calibrationExpired, .calibrationOfAnother,
        .stratumUnknown, .calibrationMissing, .tooFewPositives, .uncertain,
    ]
}
