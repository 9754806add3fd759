package import VigilCore

extension Finding {
    /// The scores that it was decided by, as those of one image for each result: what assessing
    /// makes of several images hangs on each finding's best one alone.
    package var scores: [ImageScores] {
        findings.map { result in
            ImageScores(
                instance: result.evidence?.instance ?? 0, frame: result.evidence?.frame ?? 0,
                findings: [
                    FindingScore(
                        code: result.code, label: result.label,
                        probability: result.probability ?? .nan,
                        logitDifference: result.logitDifference ?? .nan, head: result.head)
                ], refusal: result.refusal)
        }
    }

    /// How what is decided of the same scores now differs; nil where no class does: no answer, and
    /// no priority that the findings ask for.
    package func change(to now: TriageAssessment) -> Change? {
        if now.ai != priority.ai {
            guard let asked = now.ai else { return .takenBack }
            return priority.ai.map { asked < $0 } ?? true ? .raised : .takenBack
        }
        return now.findings.map(\.answer) == findings.map(\.answer) ? nil : .answers
    }

    /// The finding with what is decided of its scores now, all else as it was. Its order is that of
    /// before; see ``stand(by:event:mayRaise:)``.
    ///
    /// - Parameter digest: of the record that this one revises.
    package func revised(
        by now: TriageAssessment, _ context: Context, at time: Timestamp, previous digest: Digest,
        origin: RecordPosition
    ) -> Finding {
        var next = self
        next.priority = Priorities(order: priority.order, ai: now.ai, effective: now.effective)
        next.urgency = now.urgency
        // Of the images that had no usable score only the reason tells.
        let unusable = TriageReason.unusableScores(count: 0).code.text
        next.reasons =
            now.reasons.map { Reason($0) }.filter { $0.code != unusable }
            + reasons.filter { $0.code == unusable }
        let isSeries = findings.contains { $0.evidence?.isSeries == true }
        // What made the images' scores is what it was.
        next.assessed?.findings = zip(now.findings, findings).map { result, before in
            Result(result, isOfSeries: isSeries, explained: before.explained)
        }
        next.decision.context = context
        next.decision.decidedAt = time
        next.revision = Revision(ofContextIn: self, digest: digest, origin: origin)
        next.run = Run()
        next.run.position = origin
        next.run.deadline = run.deadline
        next.run.instructionSet = run.instructionSet
        next.run.traceparent = run.traceparent
        return next
    }
}

extension Finding.Revision {
    /// The revision that follows on what has become known of the patient: of the same events.
    fileprivate init(ofContextIn finding: Finding, digest: Digest, origin: RecordPosition) {
        let before = finding.revision
        self.init(
            number: StudyHistory.number(after: before?.number ?? 1), previous: digest,
            closing: .context, isComplete: before?.isComplete ?? true,
            series: before?.series ?? Set(finding.instances.compactMap(\.series)).count,
            expectedSeries: before?.expectedSeries, expectedInstances: before?.expectedInstances,
            missing: before?.missing ?? 0,
            answers: before?.answers ?? [Answer(event: finding.cause, position: origin)],
            parts: before?.parts ?? [origin])
    }
}

extension Finding.Result {
    /// As a finding tells what was assessed.
    ///
    /// - Parameters:
    ///   - isOfSeries: whether a series is one image to the model.
    ///   - explained: what of its image made its score; nil where that is not told.
    package init(
        _ finding: FindingAssessment, isOfSeries: Bool, explained: Finding.Explained? = nil
    ) {
        self.init(
            code: finding.code, label: finding.label, probability: finding.probability,
            logitDifference: finding.logitDifference, threshold: finding.threshold,
            answer: finding.answer, calibrated: finding.calibrated, fused: finding.fused,
            evidence: finding.evidence.map {
                Finding.Evidence(
                    instance: $0.instance, frame: $0.frame, isSeries: isOfSeries)
            }, explained: explained, head: finding.head)
    }

    /// Why nothing was said of the image; nil where it was, or where a calibration says nothing.
    fileprivate var refusal: Finding.Abstention? {
        guard case .abstained(let because) = answer else { return nil }
        return because.first { Self.refusals.contains($0) }
    }

    private static let refusals: Set<Finding.Abstention> = [
        .outsideTrainingDomain, .viewNotFrontal, .invertedPolarity, .rotated,
    ]
}
