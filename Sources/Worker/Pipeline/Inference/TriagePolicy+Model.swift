internal import FoundationModel
internal import Settings
internal import Triage
internal import VigilCore

extension TriagePolicy {
    /// The policy for what a model's prompts, classifier and heads ask.
    ///
    /// - Parameter directory: the model's folder, for errors.
    init(
        _ classifier: ImageClassifier, directory: String, rules: TriageRules, _ settings: Settings
    ) throws(TriageError) {
        try self.init(
            classifier.questions(directory: directory), rules: rules,
            deadlines: ClinicalDeadlines(settings),
            unvalidatedMayRaise: settings.triageUnvalidatedMayRaise)
    }
}

extension ImageClassifier {
    /// What the model is asked, and what it answers of itself, with where each code stands.
    func questions(directory: String) -> [FindingQuestion] {
        let folder = SafeText(operatorProvided: directory)
        let prompts = (head?.prompts.findings ?? []).map {
            FindingQuestion($0.code, place: "the prompt set (prompts.json) of \(folder)")
        }
        let labels = (labels?.codes ?? []).map {
            FindingQuestion($0, place: "labels of config.json of \(folder)")
        }
        let heads = heads.flatMap { head in
            let name = SafeText(operatorProvided: head.identity.name)
            return head.labels.map { label in
                FindingQuestion(
                    label.code, head: head.identity.name, operatingPoint: label.threshold,
                    statedPriority: label.acuity, place: "the head \(name)")
            }
        }
        return prompts + labels + heads
    }
}
