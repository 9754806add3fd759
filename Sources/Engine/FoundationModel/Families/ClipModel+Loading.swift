internal import Glibc
internal import Imaging
internal import Tensor
internal import VigilCore
internal import Weights

/// What is read of a model of two towers besides its weights.
struct ClipParts: Sendable {
    let configuration: ClipConfiguration
    let names: TwoTowerNames
    let preprocessing: PreprocessingManifest
    let logitScale: Float
    let logitBias: Float?
    let tokenizer: ModelTokenizer?
}

extension ClipModel {
    /// The families that this class runs.
    static let families: [ModelFamily] = [.clip, .siglip, .timmBert]

    /// Loads a folder as its authors publish it: the configuration, `model.safetensors` or shards,
    /// `preprocessor_config.json`, and for texts the tokenizer's files.
    ///
    /// Every file is hashed. Every tensor that the model needs is looked up and its shape checked;
    /// the vision tower's are checked for NaN and packed, and the text tower's when the first text
    /// comes. Nothing of the folder is used after the call but for that.
    convenience init(_ loading: ModelLoading) throws(ModelError) {
        let parts = try ClipParts(loading)
        let configuration = parts.configuration
        let vision = try loading.vision(
            configuration.vision, head: configuration.visionHead, names: parts.names.vision)
        let text = loading.text(
            configuration.text, head: configuration.textHead, names: parts.names.text,
            tokenizer: parts.tokenizer)
        self.init(parts: parts, vision: vision, text: text)
    }

    /// A model of generated weights, for tests and benchmarks.
    /// - Parameter names: the names that the source knows.
    package static func make(
        source: any WeightSource, configuration: ClipConfiguration,
        names: TwoTowerNames = WeightNames.huggingFace.pair, identity: ModelIdentity,
        options: ModelOptions = ModelOptions()
    ) throws(ModelError) -> ClipModel {
        let made = try ModelSource(source, identity: identity, options: options)
        let engine = made.engine
        let parts = ClipParts(
            configuration: configuration, names: names,
            preprocessing: try PreprocessingManifest.clip(size: configuration.vision.imageSize),
            logitScale: try ClipParts.logitScale(source, names: names),
            logitBias: try ClipParts.logitBias(source, names: names), tokenizer: nil)
        let vision = try made.vision(
            configuration.vision, head: configuration.visionHead, names: names.vision)
        let text = LazyTextTower(
            configuration: configuration.text, embeddingWidth: configuration.embeddingWidth,
            tokenizer: nil
        ) { () throws(ModelError) in
            try TextTower(
                WeightLoader(source: source, pool: engine.pool), names: names.text,
                configuration: configuration.text, head: configuration.textHead, engine: engine)
        }
        return ClipModel(parts: parts, vision: vision, text: text)
    }
}

extension ClipParts {
    /// Reads everything but the layers' weights, and looks up every tensor that there must be.
    init(_ loading: ModelLoading) throws(ModelError) {
        let (directory, json) = (loading.directory, loading.configuration)
        let configuration: ClipConfiguration
        switch loading.family {
        case .clip:
            configuration = try ClipConfiguration(json: json)
            names = WeightNames.detect(loading.weights.has).pair
        case .siglip:
            configuration = try Siglip.configuration(json)
            names = Siglip.names
        case .timmBert:
            configuration = try TimmBert.configuration(json)
            names = TimmBert.names
        case .dinov2, .bert, .densenet, .resnet3d:
            throw .wrongFamily("\(loading.family)", expected: ClipModel.families)
        }
        try loading.check(ClipTensors.list(configuration, names: names))
        switch loading.family {
        case .timmBert:
            tokenizer = try ModelTokenizer.wordPiece(directory)
            preprocessing = try TimmBert.preprocessing(json, configuration.vision)
        case .siglip:
            tokenizer = try ModelTokenizer.siglip(directory)
            preprocessing = try PreprocessingManifest.read(
                directory, vision: configuration.vision, .siglip)
        default:
            tokenizer = try ModelTokenizer.clip(directory)
            preprocessing = try PreprocessingManifest.read(
                directory, vision: configuration.vision)
        }
        try tokenizer?.check(configuration.text)
        if let padding = tokenizer?.paddingToken {
            self.configuration = configuration.replacing(
                text: configuration.text.filledUp(with: padding))
        } else {
            self.configuration = configuration
        }
        logitScale = try Self.logitScale(loading.weights, names: names)
        logitBias = try Self.logitBias(loading.weights, names: names)
    }

    static func logitScale(
        _ source: any WeightSource, names: TwoTowerNames
    ) throws(ModelError) -> Float {
        try ModelError.catching { () throws(WeightsError) in
            try source.withFloats(names.logitScale, shape: names.logitShape) {
                Float(exp(Double($0[0])))
            }
        }
    }

    static func logitBias(
        _ source: any WeightSource, names: TwoTowerNames
    ) throws(ModelError) -> Float? {
        guard let name = names.logitBias else { return nil }
        return try ModelError.catching { () throws(WeightsError) in
            try source.withFloats(name, shape: names.logitShape) { $0[0] }
        }
    }
}
