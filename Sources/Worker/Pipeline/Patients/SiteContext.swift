internal import Context
internal import Files
internal import FoundationModel
internal import Glibc
internal import Settings
internal import Triage
internal import VigilCore

/// The weights that `context.weights` names, and what a site lets records tell.
struct SiteContext: Sendable {
    private let topic: String
    private let file: SafeText
    private let weights: ContextWeights
    private let tellsValues: Bool

    /// Nil where the settings ask nothing of patients.
    init?(_ settings: Settings) throws(ContextError) {
        guard let topic = settings.contextTopic, let path = settings.contextWeights else {
            return nil
        }
        self.topic = topic
        file = SafeText(operatorProvided: path)
        weights = try ContextWeights(try Self.contents(path), file: file)
        tellsValues = settings.contextValuesInRecords
        if let refusal = weights.refusal(site: settings.triageSite) {
            throw .weightsRefused(file: file, refusal, member: "site")
        }
    }

    /// Refuses weights that are of none of the models, or of findings that theirs does not have:
    /// they would raise nothing.
    func check(against models: [LoadedModel]) throws(ContextError) {
        guard let model = models.first(where: { $0.identity.digest == weights.model }) else {
            throw .weightsRefused(file: file, .otherModel, member: "model")
        }
        let asked = Set(
            model.classifier.questions(directory: model.directory).map { [$0.code, $0.head ?? ""] })
        guard weights.fits.allSatisfy({ asked.contains([$0.code, $0.head ?? ""]) }) else {
            throw .weightsRefused(file: file, .unknownFinding, member: "findings")
        }
    }

    /// How context counts for a model; nil: not at all.
    func rule(for model: LoadedModel) -> ContextRule? {
        guard model.identity.digest == weights.model else { return nil }
        return ContextRule(weights, topic: topic, tellsValues: tellsValues)
    }

    private static func contents(_ path: String) throws(ContextError) -> [UInt8] {
        do throws(FileFailure) {
            // A byte more, so that a longer file is refused and not cut.
            return try FileHead.read(path, bytesMax: ContextWeights.bytesMax + 1)
        } catch {
            throw .weightsUnreadable(
                file: SafeText(operatorProvided: path),
                reason: SafeText(fixedMessage: String(cString: strerror(error.errno))))
        }
    }
}
