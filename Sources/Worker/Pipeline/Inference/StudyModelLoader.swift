internal import Energy
internal import FoundationModel
internal import Settings
internal import Triage
internal import VigilCore

/// Puts the loaded models of a worker together with what judges them, each with the same rules and
/// clock.
struct StudyModelLoader {
    let settings: Settings
    let rules: TriageRules
    let meter: any EnergyMeter
    let pseudonyms: PseudonymKey
    let clock: any VigilClock
    /// Whether evidence may be asked of a study though the settings want none.
    let mayExplain: Bool

    /// Puts a loaded model together with what turns its scores into findings.
    ///
    /// - Throws: ``TriageError/outsideEnvelope(model:_:file:)`` for one that may not run so.
    func model(
        _ loaded: LoadedModel, _ calibrations: SiteCalibrations, _ context: SiteContext?,
        _ envelope: SiteEnvelope?, _ control: StudyControl?
    ) throws -> StudyModel {
        let running = try loaded.running(calibrations, rules, settings)
        try envelope?.check(running)
        return StudyModel(
            loaded: loaded,
            judge: StudyJudge(
                StudyRules(
                    running.policy, calibrations: running.calibrations, site: settings.triageSite,
                    context: context?.rule(for: loaded),
                    isValidated: loaded.identity.areFindingsValidated,
                    envelope: envelope?.signed.input),
                of: loaded.classifier),
            findings: FindingMaker(loaded, pseudonyms: pseudonyms), control: control,
            explainer: try explainer(of: loaded), meter: meter, clock: clock)
    }

    private func explainer(of loaded: LoadedModel) throws(ModelError) -> StudyExplainer? {
        let isOn = settings.evidenceOfFlagged
        return isOn || mayExplain ? try StudyExplainer(loaded.classifier, isOn: isOn) : nil
    }
}

extension LoadedModel {
    /// As it would run by the settings.
    func running(
        _ calibrations: SiteCalibrations, _ rules: TriageRules, _ settings: Settings
    ) throws -> RunningModel {
        RunningModel(
            name: identity.name, scorer: scorer, precision: runtime.precision.text,
            policy: try TriagePolicy(classifier, directory: directory, rules: rules, settings),
            calibrations: try calibrations.triage(for: self))
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
