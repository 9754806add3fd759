internal import Control
internal import FoundationModel
internal import Triage
internal import VigilCore

/// What a model's scores of a study's images ask for. Pure.
struct StudyJudge: Sendable {
    let rules: StudyRules
    private let labels: ScoreLabels

    init(_ rules: StudyRules, of classifier: ImageClassifier) {
        self.rules = rules
        labels = ScoreLabels(classifier)
    }

    /// - Parameters:
    ///   - images: all that a model said of the study.
    ///   - ordered: what a person ordered.
    ///   - time: when it is decided.
    ///   - standing: what operators allow; nil: everything.
    ///   - alarms: those that stand against calibrations.
    func assess(
        _ images: [StudyResults.Image], of study: PreparedStudy, ordered: Priority,
        at time: Timestamp, under standing: ControlStanding?, _ alarms: [Finding.Alarm]
    ) -> TriageAssessment {
        rules.assess(
            images.map(labels.scores), traits: study.traits, study.known.context,
            ordered: ordered, at: time, stopped: standing?.findings ?? [], under: alarms)
    }

    /// What a finding says of the rules it was decided by.
    ///
    /// - Parameter alarms: those that made it.
    func decision(
        of study: PreparedStudy, at time: Timestamp, under standing: ControlStanding?,
        _ alarms: [Finding.Alarm]
    ) -> Finding.Decision {
        var decision = rules.decision(study.known.context, at: time)
        decision.control = standing?.input
        decision.alarms = alarms
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
