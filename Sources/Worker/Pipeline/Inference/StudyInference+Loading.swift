package import Energy
package import FoundationModel
internal import Imaging
package import Settings
internal import Triage
package import VigilCore

extension StudyInference {
    /// Loads the models that the settings name with their adapters, policy and calibrations, and
    /// embeds their prompts.
    ///
    /// - Parameters:
    ///   - cacheDirectory: where packed weights and embeddings are kept.
    ///   - onCacheFault: told of what could not be kept there.
    ///   - isSpent: whether the day's energy is spent.
    package init(
        settings: Settings, cacheDirectory: String?, meter: any EnergyMeter,
        pseudonyms: PseudonymKey, clock: any VigilClock,
        onCacheFault: @escaping CacheFault.Listener = { _ in },
        isSpent: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let loader = StudyModelLoader(
            settings: settings, rules: try TriageRules(settings),
            options: try ModelOptions(settings, cacheDirectory, onCacheFault), meter: meter,
            pseudonyms: pseudonyms, clock: clock, onCacheFault: onCacheFault)
        let small = try settings.cascadeModel.map {
            try loader.load(LoadedModel.Place(directory: $0))
        }
        let bytesMax = settings.cacheEmbeddingsMaxBytes
        let large = try loader.load(
            LoadedModel.Place(
                directory: settings.modelDirectory, ensemble: settings.modelEnsemble,
                adapters: settings.modelAdapters,
                embeddings: cacheDirectory.flatMap { bytesMax > 0 ? ($0, bytesMax) : nil }))
        let all = [large] + [small].compactMap { $0 }
        let heads = all.flatMap(\.classifier.heads)
        try loader.rules.checkHeads(loaded: Set(heads.map(\.identity.name)))
        let calibrations = try SiteCalibrations(settings, rules: loader.rules)
        try calibrations.check(against: all.map(\.scorer), at: clock.wall())
        self.calibrations = calibrations
        let context = try SiteContext(settings)
        try context?.check(against: all)
        let answering = try loader.model(
            large, calibrations, context, isIndexed: settings.similarIndex != nil)
        model = answering
        cascade = try small.map {
            try StudyCascade(
                small: try loader.model($0, calibrations, context), large: answering, settings,
                isSpent: isSpent)
        }
    }
}

extension LoadedModel {
    /// What its scores depend on, as calibrations name it.
    var scorer: ScoringModel { ScoringModel(identity, preprocessing: input.digest) }
}
