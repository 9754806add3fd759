internal import Tensor
internal import VigilCore
internal import Weights

/// A model's folder on its way into memory.
///
/// Every file is hashed. Every tensor that the model needs is looked up and its shape checked.
/// Nothing of the folder is used after loading but for a text tower that comes later.
struct ModelLoading {
    let directory: ModelDirectory
    let weights: WeightStore
    /// The weights with what adapters add to them.
    let source: any WeightSource
    let family: ModelFamily
    /// The file that the family was found from.
    let configuration: JSONValue
    let engine: Engine
    let precision: Precision
    private let hashing: ManifestTask
    let options: ModelOptions

    /// Opens a folder and makes a model of it.
    static func run<Model>(
        directory path: String, options: ModelOptions,
        _ make: (ModelLoading) throws(ModelError) -> Model
    ) throws(ModelError) -> Model {
        let engine = try options.makeEngine()
        let precision = try options.resolvedPrecision(engine)
        let directory = try ModelError.catching { () throws(WeightsError) in
            try ModelDirectory(path: path)
        }
        let hashing = ManifestTask(directory)
        do throws(ModelError) {
            let (family, configuration) = try ModelFamily.detect(directory)
            let weights = try ModelError.catching { () throws(WeightsError) in
                try WeightStore(directory: directory)
            }
            return try make(
                ModelLoading(
                    directory: directory, weights: weights,
                    source: try options.adapters.source(weights, hashing), family: family,
                    configuration: configuration, engine: engine, precision: precision,
                    hashing: hashing, options: options))
        } catch {
            // Damage is named rather than what follows from it.
            _ = try ModelIdentity.read(directory, manifest: hashing.finish(), family: "")
            throw error
        }
    }

    /// What the model says of itself.
    func identity() throws(ModelError) -> ModelIdentity {
        let manifest = hashing.finish()
        var identity = try ModelIdentity.read(
            directory, manifest: manifest, family: family.rawValue, allowed: options.allowed)
        identity.weightsDigest = manifest.digest(of: weights.fileNames)
        identity.adapters = options.adapters.identities
        try options.allowed.check(identity)
        return identity
    }

    /// Refuses a folder that lacks a tensor or has it in another shape.
    func check(_ tensors: [ClipTensors.Tensor]) throws(ModelError) {
        try ModelError.catching { () throws(WeightsError) in
            for tensor in tensors { try weights.check(tensor.name, shape: tensor.shape) }
        }
    }

    /// Checks the vision tower's weights for NaN and packs them, or reads what was packed before.
    func vision(
        _ configuration: VisionConfiguration, head: HeadConfiguration, names: VisionNames
    ) throws(ModelError) -> LoadedVision {
        guard configuration.tokens <= Engine.sequenceMax else {
            throw .badConfiguration(
                file: SafeText(fixedMessage: ModelFamily.configurationName), field: "image_size",
                reason: "\(configuration.tokens) tokens, at most \(Engine.sequenceMax)")
        }
        return try ModelSource(self).vision(configuration, head: head, names: names)
    }

    /// The text side; its weights are read from the folder when the first text comes, which must
    /// not have changed until then.
    func text(
        _ configuration: TextConfiguration, head: HeadConfiguration, names: TextNames,
        tokenizer: ModelTokenizer?
    ) -> LazyTextTower {
        let (path, manifest, engine) = (directory.path, hashing.finish(), engine)
        let adapters = options.adapters
        return LazyTextTower(
            configuration: configuration,
            embeddingWidth: head.embeddingWidth(of: configuration.encoder.width),
            tokenizer: tokenizer
        ) { () throws(ModelError) in
            let weights = try ModelError.catching { () throws(WeightsError) in
                let again = try ModelDirectory(path: path)
                guard again.manifest() == manifest else {
                    throw .changedWhileRead(path: SafeText(operatorProvided: path))
                }
                return try WeightStore(directory: again)
            }
            let source = try adapters.merge(into: weights)
            return try TextTower(
                WeightLoader(source: source, pool: engine.pool), names: names,
                configuration: configuration, head: head, engine: engine)
        }
    }
}

extension ModelError {
    /// A folder's family is another than the caller can use.
    static func wrongFamily(_ found: SafeText, expected: [ModelFamily]) -> ModelError {
        .unknownFamily(
            found: found,
            expected: SafeText(
                operatorProvided: expected.map(\.rawValue).joined(separator: ", ")))
    }
}

extension AdapterSet {
    /// Checks the adapters against a model's weights and merges those that are to be.
    fileprivate func source(
        _ weights: WeightStore, _ hashing: ManifestTask
    ) throws(ModelError) -> any WeightSource {
        guard !identities.isEmpty else { return weights }
        if let base = hashing.finish().digest(of: weights.fileNames) { try check(base: base) }
        return try merge(into: weights)
    }

    /// The weights with what the LoRA adapters add to them.
    fileprivate func merge(into weights: WeightStore) throws(ModelError) -> any WeightSource {
        loras.isEmpty ? weights : try MergedWeights(weights, loras)
    }
}

extension ModelOptions {
    /// The precision that an engine is to compute in, never ``Precision/auto``.
    func resolvedPrecision(_ engine: Engine) throws(ModelError) -> Precision {
        let resolved = try ModelError.running { () throws(TensorError) in
            precision == .auto ? try engine.fastestPrecision() : precision
        }
        guard engine.supports(resolved) else {
            throw .unsupportedPrecision(resolved, engine.kernels.instructionSet)
        }
        return resolved
    }
}
