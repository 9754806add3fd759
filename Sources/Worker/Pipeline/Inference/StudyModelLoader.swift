internal import Energy
internal import FoundationModel
internal import Settings
internal import Triage
internal import VigilCore
internal import WorkerCore

/// Loads the models of a worker, each with the same options, rules and clock.
struct StudyModelLoader {
    let settings: Settings
    let rules: TriageRules
    let options: ModelOptions
    let meter: any EnergyMeter
    let pseudonyms: PseudonymKey
    let clock: any VigilClock
    let onCacheFault: CacheFault.Listener

    /// Loads one.
    func load(_ place: LoadedModel.Place) throws -> LoadedModel {
        try LoadedModel(
            place, options: options,
            images: { WorkerLimits(settings, input: $0).batches.imagesMax }, meter: meter,
            onCacheFault: onCacheFault)
    }

    /// Puts a loaded model together with what turns its scores into findings.
    ///
    /// - Parameter isIndexed: whether an index of its embeddings is kept.
    func model(
        _ loaded: LoadedModel, _ calibrations: SiteCalibrations, _ context: SiteContext?,
        isIndexed: Bool = false
    ) throws -> StudyModel {
        let calibrations = try calibrations.triage(
            for: loaded.scorer, named: loaded.identity.name,
            isValidated: loaded.identity.areFindingsValidated)
        return StudyModel(
            loaded: loaded,
            judge: StudyJudge(
                try TriagePolicy(
                    loaded.classifier, directory: loaded.directory, rules: rules, settings),
                calibrations: calibrations, site: settings.triageSite,
                context: context?.rule(for: loaded), of: loaded.classifier),
            findings: FindingMaker(loaded, pseudonyms: pseudonyms), meter: meter, clock: clock,
            isIndexed: isIndexed)
    }
}

extension ModelOptions {
    /// How the settings want models to run.
    init(
        _ settings: Settings, _ cacheDirectory: String?,
        _ onCacheFault: @escaping CacheFault.Listener
    ) throws {
        try self.init(
            precision: settings.enginePrecision.rawValue, threads: settings.engineThreads,
            instructionSet: settings.engineISA, cacheDirectory: cacheDirectory)
        niceness = InferenceStage.niceness
        self.onCacheFault = onCacheFault
        allowed = try AllowedModels(settings.modelsAllow)
        checksAnswer = true
    }
}
