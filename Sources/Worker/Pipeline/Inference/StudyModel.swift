package import Energy
package import FoundationModel
package import Imaging
package import Settings
internal import Triage
package import VigilCore
internal import WorkerCore

/// The model with everything that turns a batch of studies into findings: prompts, triage policy,
/// energy meter. Used by the inference thread.
package struct StudyModel: Sendable {
    package let identity: ModelIdentity
    /// How studies become the model's input.
    package let input: InputManifest
    /// What the models that see a study take; none of a model that does not say it.
    var intended: [IntendedInput] {
        identity.intendedInputs + (cascade?.small.identity.intendedInputs ?? [])
    }
    /// Arithmetic, kernels and threads in force.
    package let runtime: ModelRuntime
    /// What a run on blank images cost.
    package let calibration: StudyCost
    /// What became of the known answer at loading; of a cascade, the large model's.
    package var answer: ModelVerification.AnswerState { classifier.answer ?? .notRecorded }

    let classifier: ImageClassifier
    let policy: TriagePolicy
    /// Outputs of the classifier that were not trained, by their place among its labels.
    let untrained: Set<Int>
    var prompts: PromptSet? { classifier.head?.prompts }
    let meter: any EnergyMeter
    let findings: FindingMaker
    let clock: any VigilClock
    let cache: EmbeddingCache?
    let cascade: StudyCascade?

    /// Loads the model that the settings name with its adapters, and embeds its prompts.
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
        let rules = try TriageRules(settings)
        let small = try settings.cascadeModel.map { directory in
            try StudyModel(
                settings: settings, rules: rules, directory: directory, ensemble: [],
                adapters: [], cache: nil, cacheDirectory: cacheDirectory,
                onCacheFault: onCacheFault, meter: meter,
                pseudonyms: pseudonyms, clock: clock, cascade: nil)
        }
        let large = try StudyModel(
            settings: settings, rules: rules, directory: settings.modelDirectory,
            ensemble: settings.modelEnsemble, adapters: settings.modelAdapters,
            cache: cacheDirectory, cacheDirectory: cacheDirectory, onCacheFault: onCacheFault,
            meter: meter,
            pseudonyms: pseudonyms, clock: clock, cascade: nil)
        let heads = [small, large].flatMap { $0?.classifier.heads ?? [] }
        try rules.checkHeads(loaded: Set(heads.map(\.identity.name)))
        let cascade = try small.map {
            try StudyCascade(small: $0, large: large, settings, isSpent: isSpent)
        }
        self.init(large, cascade: cascade)
    }

    private init(_ model: StudyModel, cascade: StudyCascade?) {
        identity = model.identity
        input = model.input
        runtime = model.runtime
        calibration = model.calibration
        classifier = model.classifier
        policy = model.policy
        untrained = model.untrained
        meter = model.meter
        findings = model.findings
        clock = model.clock
        cache = model.cache
        self.cascade = cascade
    }

    private init(
        settings: Settings, rules: TriageRules, directory: String, ensemble: [String],
        adapters: [String], cache embeddings: String?, cacheDirectory: String?,
        onCacheFault: @escaping CacheFault.Listener, meter: any EnergyMeter,
        pseudonyms: PseudonymKey, clock: any VigilClock, cascade: StudyCascade?
    ) throws {
        self.cascade = cascade
        var options = try Self.options(settings, cacheDirectory, onCacheFault)
        options.adapters = try AdapterSet(paths: adapters, modelDirectory: directory)
        classifier = try ImageClassifier.load(
            directory: directory, ensemble: ensemble, options: options)
        let model = classifier.model
        guard classifier.head != nil || classifier.labels != nil || !classifier.heads.isEmpty else {
            throw ModelError.noHead(
                family: SafeText(operatorProvided: model.identity.family))
        }
        policy = try TriagePolicy(classifier, directory: directory, rules: rules, settings)
        untrained = classifier.labels?.untrained ?? []
        identity = model.identity
        input = model.input
        runtime = model.runtime
        findings = FindingMaker(
            model: Finding.Model(model.identity, precision: runtime.precision.text),
            preprocessing: model.input.digest, isOfSeries: model.input.isVolume,
            prompts: classifier.head?.digest,
            policy: policy.digest, instructionSet: runtime.instructionSet.text,
            numericMode: runtime.isReproducible ? "reproducible" : "batch-invariant",
            pseudonyms: pseudonyms)
        let bytesMax = settings.cacheEmbeddingsMaxBytes
        cache = embeddings.flatMap { directory in
            bytesMax > 0
                ? EmbeddingCache(
                    directory: directory, bytesMax: bytesMax, model: model, onFault: onCacheFault)
                : nil
        }
        self.meter = meter
        self.clock = clock
        calibration = try Self.calibrate(
            model, images: WorkerLimits(settings, input: input).batches.imagesMax, meter)
    }

    private static func options(
        _ settings: Settings, _ cacheDirectory: String?,
        _ onCacheFault: @escaping CacheFault.Listener
    ) throws -> ModelOptions {
        var options = try ModelOptions(
            precision: settings.enginePrecision.rawValue, threads: settings.engineThreads,
            instructionSet: settings.engineISA, cacheDirectory: cacheDirectory)
        options.niceness = InferenceStage.niceness
        options.onCacheFault = onCacheFault
        options.allowed = try AllowedModels(settings.modelsAllow)
        options.checksAnswer = true
        return options
    }

    /// What a batch of blank images costs. The first pass of a shape takes its memory; no study
    /// should wait for that.
    private static func calibrate(
        _ model: any PixelEncoder, images count: Int, _ meter: any EnergyMeter
    ) throws -> StudyCost {
        let blank = [Float](repeating: 0, count: model.input.tensorCount)
        let images = Array(repeating: blank, count: count)
        _ = try model.encode(images: images)
        let mark = meter.begin()
        _ = try model.encode(images: images)
        return StudyCost(inference: meter.end(mark).reading, work: Double(count))
    }
}

extension Finding.Model {
    /// What a finding says of the model.
    fileprivate init(_ identity: ModelIdentity, precision: String) {
        self.init(
            name: identity.name, digest: identity.digest, family: identity.family,
            precision: precision, isValidated: identity.areFindingsValidated,
            trainedOn: identity.trainedOn, intendedUse: identity.intendedUse,
            adapters: identity.adapters.map {
                Finding.Adapter(name: $0.name, kind: $0.kind.rawValue, digest: $0.digest)
            })
    }
}

extension StudyCost {
    /// The cost of work by the readings of its stages.
    init(decode: EnergyReading? = nil, inference: EnergyReading, work: Double) {
        let parts = [decode, inference].compactMap { $0 }
        self.init(
            energy: StageEnergy(
                decode: decode?.joules.value ?? 0, inference: inference.joules.value),
            low: parts.reduce(0) { $0 + $1.low.value },
            high: parts.reduce(0) { $0 + $1.high.value }, work: work, method: inference.method,
            zones: inference.zones)
    }
}
