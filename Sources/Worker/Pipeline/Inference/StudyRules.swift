package import Triage
package import VigilCore

/// By what a study's scores are judged: the triage policy, the site's calibrations, and how what is
/// known of patients counts. Pure.
package struct StudyRules: Sendable {
    let policy: TriagePolicy
    /// The site's; nil: the policy's thresholds alone answer.
    let calibrations: CalibratedTriage?
    /// Whose studies they are; nil: it is not said.
    private let site: String?
    /// How what is known of patients counts; nil: not at all.
    let context: ContextRule?
    /// Whether the model was validated for its findings.
    private let isValidated: Bool
    /// What may run here; nil: nobody has said.
    let envelope: Finding.Input?

    package init(
        _ policy: TriagePolicy, calibrations: CalibratedTriage?, site: String?,
        context: ContextRule?, isValidated: Bool, envelope: Finding.Input? = nil
    ) {
        self.envelope = envelope
        self.policy = policy
        self.calibrations = calibrations
        self.site = site
        self.context = context
        self.isValidated = isValidated
    }

    /// What the scores of a study ask for.
    ///
    /// - Parameters:
    ///   - traits: what the study is, as calibrations tell studies apart; the site is added.
    ///   - known: what is known of its patient; nil where nothing is asked.
    ///   - ordered: what a person ordered.
    ///   - time: when it is decided.
    ///   - stopped: the codes of findings of which operators let nothing be said.
    ///   - alarms: those that stand against calibrations.
    package func assess(
        _ scores: [ImageScores], traits: [String: String], _ known: PatientContext?,
        ordered: Priority, at time: Timestamp, stopped: Set<String> = [],
        under alarms: [Finding.Alarm] = []
    ) -> TriageAssessment {
        let traits = ofSite(traits)
        return policy.assess(
            scores, ordered: ordered, isValidated: isValidated,
            by: calibrations.map {
                CalibratedStudy($0, traits: traits, at: time, under: alarms)
            },
            with: context?.fusion(known),
            withheld: WithheldFindings(stopped: stopped, isOutsideEnvelope: isOutside(at: time)))
    }

    /// What a study is, the site added.
    func ofSite(_ traits: [String: String]) -> [String: String] {
        var traits = traits
        traits["site"] = site
        return traits
    }

    /// Whether what may run here is past its time: nothing more is said by it.
    func isOutside(at time: Timestamp) -> Bool {
        envelope?.validUntil.map { time >= $0 } ?? false
    }

    /// What the scores of a finding ask for, with what is known of its patient by now.
    func assess(
        _ finding: Finding, _ known: PatientContext, at time: Timestamp
    ) -> TriageAssessment {
        policy.assess(
            finding.scores, ordered: finding.priority.ordered, isValidated: isValidated,
            by: calibrations.map { CalibratedStudy($0, as: finding.findings, at: time) },
            with: context?.fusion(known))
    }

    /// What a finding says of the rules it was decided by.
    ///
    /// - Parameter known: what was known of the patient.
    package func decision(_ known: PatientContext?, at time: Timestamp) -> Finding.Decision {
        var decision = Finding.Decision()
        decision.decidedAt = time
        decision.policy = Finding.Input(digest: policy.digest)
        decision.calibration = calibrations?.input
        decision.isUncalibrated = calibrations == nil
        decision.envelope = envelope
        decision.context = known.flatMap { context?.record($0) }
        return decision
    }

    /// Whether a decision was made by this policy, these calibrations and this envelope.
    func decided(_ other: Finding.Decision) -> Bool {
        other.policy?.digest == policy.digest && other.calibration == calibrations?.input
            && other.isUncalibrated == (calibrations == nil) && other.envelope == envelope
    }
}
