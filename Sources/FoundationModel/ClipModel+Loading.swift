internal import Glibc
internal import Imaging
internal import Tensor
internal import Tokenizers
internal import VigilCore
internal import Weights

/// What is read of a model besides its weights.
struct ClipParts: Sendable {
    let configuration: ClipConfiguration
    let preprocessing: PreprocessingManifest
    let logitScale: Float
    let tokenizer: ClipTokenizer?
}

extension ClipModel {
    /// Loads a folder as Hugging Face publishes CLIP: `config.json`, `model.safetensors` or shards,
    /// `preprocessor_config.json`, and for texts `tokenizer.json` or `vocab.json` and `merges.txt`.
    ///
    /// Every file is hashed. Every tensor that the model needs is looked up and its shape checked;
    /// the vision tower's are checked for NaN and packed, and the text tower's when the first text
    /// comes. Nothing of the folder is used after the call but for that.
    package static func load(
        directory path: String, options: ModelOptions = ModelOptions()
    ) throws(ModelError) -> ClipModel {
        let engine = try options.makeEngine()
        let precision = try resolve(options.precision, engine: engine)
        let directory = try ModelError.catching { () throws(WeightsError) in
            try ModelDirectory(path: path)
        }
        let hashing = ManifestTask(directory)
        do throws(ModelError) {
            return try load(directory, hashing, engine, precision, options.cacheDirectory)
        } catch {
            // Damage is named rather than what follows from it.
            _ = try ModelIdentity.read(directory, manifest: hashing.finish(), family: family)
            throw error
        }
    }

    private static func load(
        _ directory: ModelDirectory, _ hashing: ManifestTask, _ engine: Engine,
        _ precision: Precision, _ cacheDirectory: String?
    ) throws(ModelError) -> ClipModel {
        let weights = try ModelError.catching { () throws(WeightsError) in
            try WeightStore(directory: directory)
        }
        let parts = try ClipParts(directory, weights: weights)
        let names = WeightNames.detect(weights.has)
        // Packing for fp32 is as fast as reading what was packed before.
        var cache: CacheFile?
        if let cacheDirectory, precision != .fp32 {
            cache = .packedWeights(
                directory: cacheDirectory, model: hashing.finish().digest,
                kernels: engine.kernels.instructionSet, precision: precision)
        }
        let start = ContinuousClock.now
        let stored = cache?.read()
        let loader = WeightLoader(
            source: weights, pool: engine.pool, cache: stored.map { PackedCacheReader(memory: $0) })
        let vision = try VisionTower(
            loader, names: names, configuration: parts.configuration, precision: precision,
            engine: engine)
        var report = LoadReport(
            packing: start.duration(to: .now), cache: stored == nil ? .off : .used)
        let manifest = hashing.finish()
        let identity = try ModelIdentity.read(directory, manifest: manifest, family: family)
        if stored == nil, let cache {
            report.cache = cache.write(loader.packed.map(\.packedBytes)) ? .written : .failed
        }
        let path = directory.path
        return ClipModel(
            identity: identity, parts: parts, vision: vision, precision: precision, engine: engine,
            report: report
        ) { (engine) throws(ModelError) in
            let source = try ModelError.catching { () throws(WeightsError) in
                let again = try ModelDirectory(path: path)
                guard again.manifest() == manifest else {
                    throw .changedWhileRead(path: SafeText(operatorProvided: path))
                }
                return try WeightStore(directory: again)
            }
            return try TextTower(
                WeightLoader(source: source, pool: engine.pool), names: names,
                configuration: parts.configuration, engine: engine)
        }
    }

    private static let family = "clip"

    /// A model of generated weights, for tests and benchmarks; its names are Hugging Face's.
    package static func make(
        source: any WeightSource, configuration: ClipConfiguration, identity: ModelIdentity,
        options: ModelOptions = ModelOptions()
    ) throws(ModelError) -> ClipModel {
        let engine = try options.makeEngine()
        let precision = try resolve(options.precision, engine: engine)
        let names = WeightNames.huggingFace
        let parts = ClipParts(
            configuration: configuration,
            preprocessing: try PreprocessingManifest.clip(
                size: configuration.vision.imageSize),
            logitScale: try ClipParts.logitScale(source, names: names), tokenizer: nil)
        let start = ContinuousClock.now
        let vision = try VisionTower(
            WeightLoader(source: source, pool: engine.pool), names: names,
            configuration: configuration, precision: precision, engine: engine)
        let report = LoadReport(packing: start.duration(to: .now), cache: .off)
        return ClipModel(
            identity: identity, parts: parts, vision: vision, precision: precision, engine: engine,
            report: report
        ) {
            (engine) throws(ModelError) in
            try TextTower(
                WeightLoader(source: source, pool: engine.pool), names: names,
                configuration: configuration, engine: engine)
        }
    }

    private static func resolve(
        _ precision: Precision, engine: Engine
    ) throws(ModelError) -> Precision {
        let resolved = try ModelError.running { () throws(TensorError) in
            precision == .auto ? try engine.fastestPrecision() : precision
        }
        guard engine.supports(resolved) else {
            throw .unsupportedPrecision(resolved, engine.kernels.instructionSet)
        }
        return resolved
    }
}

extension ClipParts {
    /// Reads everything but the layers' weights, and looks up every tensor that there must be.
    init(_ directory: ModelDirectory, weights: WeightStore) throws(ModelError) {
        let json = try ModelError.catching { () throws(WeightsError) in
            try directory.json("config.json")
        }
        configuration = try ClipConfiguration(json: json)
        let names = WeightNames.detect(weights.has)
        let tensors = ClipTensors.list(configuration, names: names)
        try ModelError.catching { () throws(WeightsError) in
            for tensor in tensors { try weights.check(tensor.name, shape: tensor.shape) }
        }
        tokenizer = try Self.tokenizer(of: directory)
        if let tokenizer { try Self.check(tokenizer, configuration.text) }
        preprocessing = try PreprocessingManifest.read(directory, vision: configuration.vision)
        logitScale = try Self.logitScale(weights, names: names)
    }

    static func logitScale(
        _ source: any WeightSource, names: WeightNames
    ) throws(ModelError) -> Float {
        try ModelError.catching { () throws(WeightsError) in
            try source.withFloats(names.logitScale, shape: []) { Float(exp(Double($0[0]))) }
        }
    }

    private static func tokenizer(
        of directory: ModelDirectory
    ) throws(ModelError) -> ClipTokenizer? {
        let hasPair = directory.has("vocab.json") && directory.has("merges.txt")
        guard hasPair || directory.has("tokenizer.json") else { return nil }
        do {
            let vocabulary =
                hasPair
                ? try ClipVocabulary(
                    vocabularyJSON: directory.contents("vocab.json"),
                    merges: directory.contents("merges.txt"))
                : try ClipVocabulary(tokenizerJSON: directory.contents("tokenizer.json"))
            return try ClipTokenizer(vocabulary)
        } catch let error as TokenizersError {
            throw .tokenizer(error)
        } catch let error as WeightsError {
            throw .weights(error)
        } catch {
            throw .noText
        }
    }

    private static func check(
        _ tokenizer: ClipTokenizer, _ text: TextConfiguration
    ) throws(ModelError) {
        guard tokenizer.vocabularySize <= text.vocabularySize else {
            throw .wrongTokenizer(
                expected: "at most \(text.vocabularySize) tokens",
                found: "\(tokenizer.vocabularySize)")
        }
        switch text.end {
        case .first(let id):
            guard tokenizer.endToken == id else {
                throw .wrongTokenizer(
                    expected: "end token \(id)", found: "\(tokenizer.endToken)")
            }
        case .greatest:
            guard Int(tokenizer.endToken) == tokenizer.vocabularySize - 1 else {
                throw .wrongTokenizer(
                    expected: "an end token with the greatest id", found: "\(tokenizer.endToken)")
            }
        }
    }
}
