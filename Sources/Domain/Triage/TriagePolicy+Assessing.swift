package import VigilCore

extension TriagePolicy {
    /// Assesses a study. Pure and total: any floats give a result, the effective priority is never
    /// less urgent than the ordered one, a greater probability never makes it less urgent, and
    /// what the model abstains from makes it no more urgent. It abstains from a finding of which no
    /// image within its training domain, and that its gates let pass, has a usable score.
    ///
    /// - Parameters:
    ///   - images: the scores of each image, in any order.
    ///   - ordered: the priority that a person ordered.
    ///   - isValidated: whether the model was validated for its findings; if not, it moves nothing
    ///     unless ``unvalidatedMayRaise``.
    package func assess(
        _ images: [ImageScores], ordered: Priority, isValidated: Bool
    ) -> TriageAssessment {
        let findings = aggregate(images)
        let isUsable = findings.contains { $0.abstention == nil }
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

    private func aggregate(_ images: [ImageScores]) -> [FindingAssessment] {
        var order: [String] = []
        var best: [String: Best] = [:]
        for image in images {
            let place = FindingAssessment.Evidence(instance: image.instance, frame: image.frame)
            for score in image.findings {
                if best[score.key] == nil { order.append(score.key) }
                best[score.key, default: Best(score)].take(
                    score, at: place, refused: image.abstention)
            }
        }
        return order.compactMap { key in
            guard let best = best[key], let point = operatingPoint(of: key) else { return nil }
            let probability = best.score?.probability
            let logit = best.score?.logitDifference
            let isReached = probability.map { $0 >= point.threshold } ?? false
            return FindingAssessment(
                code: best.code, head: best.head, label: best.label, probability: probability,
                logitDifference: logit.flatMap { $0.isFinite ? $0 : nil },
                threshold: point.threshold, priority: point.priority,
                isPositive: isReached && best.abstention == nil, abstention: best.abstention,
                evidence: best.place, unusable: best.unusable)
        }
    }

    /// The best image so far for one finding.
    private struct Best {
        let code: String
        let head: String?
        let label: String
        var score: FindingScore?
        var place: FindingAssessment.Evidence?
        var unusable = 0
        /// Why nothing is said of the image.
        private var refused: Finding.Abstention?

        /// Why nothing is said of the finding.
        var abstention: Finding.Abstention? { score == nil ? .noUsableScore : refused }

        init(_ first: FindingScore) {
            (code, head, label) = (first.code, first.head, first.label)
        }

        mutating func take(
            _ new: FindingScore, at newPlace: FindingAssessment.Evidence,
            refused newRefused: Finding.Abstention?
        ) {
            guard new.isUsable else {
                unusable += 1
                return
            }
            // What something may be said of stands before all else.
            if refused != nil, newRefused == nil { score = nil }
            if score != nil, refused == nil, newRefused != nil { return }
            if let score, let place {
                let isBetter = new.probability > score.probability
                let isEarlierTie = new.probability == score.probability && newPlace < place
                guard isBetter || isEarlierTie else { return }
            }
            score = new
            place = newPlace
            refused = newRefused
        }
    }

    private func urgency(_ finding: FindingAssessment) -> Float? {
        guard finding.abstention == nil, let probability = finding.probability,
            let point = operatingPoint(of: finding.key)
        else { return nil }
        let weight = 1 - Float(point.priority.rank) / 4
        return point.normalised(probability) * weight
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
                    probability: finding.probability ?? 0, threshold: finding.threshold,
                    asks: finding.priority))
        }
        let unusable = findings.reduce(0) { $0 + $1.unusable }
        if ai == nil {
            reasons.append(TriageReason(abstaining: findings.compactMap(\.abstention)))
        } else {
            if positive.isEmpty { reasons.append(.nothingPositive) }
            if let ai, ordered < ai { reasons.append(.orderStands(ordered)) }
        }
        if unusable > 0 { reasons.append(.unusableScores(count: unusable)) }
        return reasons
    }
}
