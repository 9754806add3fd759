internal import Control
internal import FoundationModel
internal import Triage
internal import VigilCore

/// What a model's scores of a study's images ask for: by the triage policy, and by the site's
/// calibrations where there are some. Pure.
struct StudyJudge: Sendable {
    let policy: TriagePolicy
    /// The site's; nil: the policy's thresholds alone answer.
    let calibrations: CalibratedTriage?
    /// Whose studies they are; nil: it is not said.
    let site: String?
    /// How what is known of patients counts; nil: not at all.
    let context: ContextRule?
    private let isValidated: Bool
    private let labels: ScoreLabels

    init(
        _ policy: TriagePolicy, calibrations: CalibratedTriage?, site: String?,
        context: ContextRule?, of classifier: ImageClassifier
    ) {
        self.context = context
        self.policy = policy
        self.calibrations = calibrations
        self.site = site
        isValidated = classifier.model.identity.areFindingsValidated
        labels = ScoreLabels(classifier)
    }

    /// - Parameters:
    ///   - images: all that a model said of the study.
    ///   - ordered: what a person ordered.
    ///   - time: when it is decided.
    ///   - standing: what operators allow; nil: everything.
    func assess(
        _ images: [StudyResults.Image], of study: PreparedStudy, ordered: Priority,
        at time: Timestamp, under standing: ControlStanding?
    ) -> TriageAssessment {
        var traits = study.traits
        traits["site"] = site
        return policy.assess(
            images.map(labels.scores), ordered: ordered, isValidated: isValidated,
            by: calibrations.map { CalibratedStudy($0, traits: traits, at: time) },
            with: context?.fusion(study.known.context), stopped: standing?.findings ?? [])
    }

    /// What a finding says of the rules it was decided by.
    func decision(
        of study: PreparedStudy, at time: Timestamp, under standing: ControlStanding?
    ) -> Finding.Decision {
        var decision = Finding.Decision()
        decision.decidedAt = time
        decision.policy = Finding.Input(digest: policy.digest)
        decision.control = standing?.input
        decision.calibration = calibrations?.input
        decision.isUncalibrated = calibrations == nil
        decision.context = study.known.context.flatMap { context?.record($0) }
        decision.gates = study.gated.gates
        return decision
    }
}

/// The names that a model's scores go by.
private struct ScoreLabels: Sendable {
    private let prompts: PromptSet?
    private let heads: [AdapterHead]
    /// Outputs of the classifier that were not trained, by their place among its labels.
    private let untrained: Set<Int>

    init(_ classifier: ImageClassifier) {
        prompts = classifier.head?.prompts
        heads = classifier.heads
        untrained = classifier.labels?.untrained ?? []
    }

    func scores(_ image: StudyResults.Image) -> ImageScores {
        let zeroShot = image.result.scores.map { score in
            // What an untrained output says would be positive in every image.
            Triage.FindingScore(
                code: score.code, label: prompts?.findings[score.finding].label ?? score.code,
                probability: untrained.contains(score.finding) ? .nan : score.probability,
                logitDifference: score.logitDifference)
        }
        let ofHeads = image.result.headScores.map { score in
            let head = heads[score.head]
            return Triage.FindingScore(
                code: score.code, label: head.labels[score.label].label,
                probability: score.probability, logitDifference: score.logit,
                head: head.identity.name)
        }
        return ImageScores(
            instance: image.evidence.instance, frame: image.evidence.frame,
            findings: zeroShot + ofHeads, isOutsideDomain: image.result.isOutsideDomain,
            refusal: image.result.refusal)
    }
}
