package import Energy
package import FoundationModel
internal import Imaging
package import Settings
package import Triage
package import VigilCore
internal import WorkerCore

/// The models that the settings name, loaded and tried, before it is known how their scores are
/// judged.
package struct LoadedModels: Sendable {
    let large: LoadedModel
    /// Of a cascade, the one that is asked first.
    let small: LoadedModel?

    /// Loads them with their adapters: digests, tensors, known answers, a first pass. Takes seconds
    /// and blocks.
    ///
    /// - Parameters:
    ///   - cacheDirectory: where packed weights and embeddings are kept.
    ///   - onCacheFault: told of what could not be kept there.
    package init(
        _ settings: Settings, cacheDirectory: String?, meter: any EnergyMeter,
        onCacheFault: @escaping CacheFault.Listener = { _ in }
    ) throws {
        let options = try ModelOptions(settings, cacheDirectory, onCacheFault)
        func load(_ place: LoadedModel.Place) throws -> LoadedModel {
            try LoadedModel(
                place, options: options,
                images: { WorkerLimits(settings, input: $0).batches.imagesMax }, meter: meter,
                onCacheFault: onCacheFault)
        }
        small = try settings.cascadeModel.map { try load(LoadedModel.Place(directory: $0)) }
        let bytesMax = settings.cacheEmbeddingsMaxBytes
        large = try load(
            LoadedModel.Place(
                directory: settings.modelDirectory, ensemble: settings.modelEnsemble,
                adapters: settings.modelAdapters,
                embeddings: cacheDirectory.flatMap { bytesMax > 0 ? ($0, bytesMax) : nil }))
    }

    /// The large one first.
    var all: [LoadedModel] { [large] + [small].compactMap { $0 } }

    /// The model's; of a cascade, the large one's.
    package var identity: ModelIdentity { large.identity }
    /// Arithmetic, kernels and threads in force.
    package var runtime: ModelRuntime { large.runtime }
    /// What became of the known answer at loading; of a cascade, the large model's.
    package var answer: ModelVerification.AnswerState { large.classifier.answer ?? .notRecorded }

    /// The codes of the findings that they are asked for.
    package var asked: [String] { all.flatMap(\.asked) }

    /// Refuses a policy that names heads that none of them has.
    package func check(_ rules: TriageRules) throws(TriageError) {
        let heads = all.flatMap(\.classifier.heads)
        try rules.checkHeads(loaded: Set(heads.map(\.identity.name)))
    }

    /// The calibrations that the settings name, which are of these models.
    ///
    /// - Throws: why one is not taken, and that a validated model has none.
    package func calibrations(
        _ settings: Settings, rules: TriageRules, at time: Timestamp
    ) throws -> SiteCalibrations {
        let calibrations = try SiteCalibrations(settings, rules: rules)
        try calibrations.check(against: all.map(\.scorer), at: time)
        for model in all { _ = try calibrations.triage(for: model) }
        return calibrations
    }

    /// The models as they would run by the settings, the large one first.
    package func running(
        _ calibrations: SiteCalibrations, _ rules: TriageRules, _ settings: Settings
    ) throws -> [RunningModel] {
        try all.map { try $0.running(calibrations, rules, settings) }
    }

    /// Refuses weights of what is known of patients that are of none of the models.
    ///
    /// - Returns: whether the settings ask anything of patients.
    package func checkContext(_ settings: Settings) throws -> Bool {
        guard let context = try SiteContext(settings) else { return false }
        try context.check(against: all)
        return true
    }
}

extension SiteCalibrations {
    /// What answers for a model; nil: the policy's thresholds do.
    func triage(for model: LoadedModel) throws(TriageError) -> CalibratedTriage? {
        try triage(
            for: model.scorer, named: model.identity.name,
            isValidated: model.identity.areFindingsValidated)
    }
}
