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
    ///   - control: what operators have stopped; nil: nothing.
    ///   - alarms: which alarms stand; nil: none act.
    ///   - mayExplain: whether evidence may be asked of a study though the settings want none.
    ///   - isSpent: whether the day's energy is spent.
    package init(
        settings: Settings, cacheDirectory: String?, meter: any EnergyMeter,
        pseudonyms: PseudonymKey, clock: any VigilClock,
        mayExplain: Bool = false, onCacheFault: @escaping CacheFault.Listener = { _ in },
        control: ControlSwitch? = nil, alarms: AlarmSwitch? = nil,
        isSpent: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let rules = try TriageRules(settings)
        let models = try LoadedModels(
            settings, cacheDirectory: cacheDirectory, meter: meter, onCacheFault: onCacheFault)
        try models.check(rules)
        let calibrations = try models.calibrations(settings, rules: rules, at: clock.wall())
        self.calibrations = calibrations
        let loader = StudyModelLoader(
            settings: settings, rules: rules, meter: meter, pseudonyms: pseudonyms, clock: clock,
            mayExplain: mayExplain)
        let envelope = try SiteEnvelope(settings, at: clock.wall())
        let all = models.all
        let context = try SiteContext(settings)
        try context?.check(against: all)
        let allowed = StudyControl(
            control, alarms, models: all.map(\.identity.digest), site: settings.triageSite,
            clock: clock)
        alarms?.use(calibrations.digests)
        let answering = try loader.model(
            models.large, calibrations, context, envelope, allowed)
        model = answering
        cascade = try models.small.map {
            try StudyCascade(
                small: try loader.model($0, calibrations, context, envelope, allowed),
                large: answering, settings, isSpent: isSpent)
        }
    }
}

extension LoadedModel {
    /// What its scores depend on, as calibrations name it.
    var scorer: ScoringModel { ScoringModel(identity, preprocessing: input.digest) }
}
