internal import Tensor

/// CLIP's vision tower: patch embedding, norm, encoder, class token, projection.
final class VisionTower: Tower {
    let configuration: VisionConfiguration
    let store = ActivationStore()
    private let engine: Engine
    private let embedding: PatchEmbedding
    private let firstNorm: LayerNormWeights
    private let encoder: Encoder
    private let projection: Projection

    /// Tokens of one pass: enough that weights are reused, few enough that activations stay small.
    private static let tokensPerPass = 1600

    init(
        _ loader: WeightLoader, names: WeightNames, configuration: ClipConfiguration,
        precision: Precision, engine: Engine
    ) throws(ModelError) {
        let vision = configuration.vision
        self.configuration = vision
        self.engine = engine
        embedding = try PatchEmbedding(
            loader, names: names, configuration: vision, precision: precision)
        firstNorm = try loader.norm(
            names.visionFirstNorm, width: vision.encoder.width, epsilon: vision.encoder.epsilon)
        encoder = try Encoder(
            loader, names: names.visionLayer, configuration: vision.encoder, isCausal: false,
            precision: precision)
        projection = try Projection(
            loader, norm: names.visionLastNorm, name: names.visionProjection,
            isTransposed: names.projectionsAreTransposed, configuration: vision.encoder,
            embeddingWidth: configuration.embeddingWidth, precision: precision)
    }

    var layers: Int { configuration.encoder.layers }

    /// The most images of one pass.
    var imagesPerPass: Int { max(1, Self.tokensPerPass / configuration.tokens) }

    /// Begins a pass of at most ``imagesPerPass`` images.
    func pass(
        images: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>
    ) throws(TensorError) -> ForwardPass {
        let activations = try store.take { () throws(TensorError) in
            try Activations(
                rows: imagesPerPass * configuration.tokens, sequences: imagesPerPass,
                width: configuration.encoder.width,
                fusedCount: imagesPerPass * configuration.imagePixels)
        }
        return ForwardPass(
            tower: self, activations: activations, images: images,
            count: min(count, imagesPerPass), out: out)
    }

    func run(step index: Int, of pass: borrowing ForwardPass) throws(TensorError) {
        let activations = pass.activations
        let width = configuration.encoder.width
        guard index > 0 else {
            guard let images = pass.images else { return }
            try embedding.run(images, count: pass.count, activations, engine: engine)
            engine.layerNorm(
                activations.x, norm: firstNorm, into: activations.x, rows: activations.rows)
            return
        }
        if index == layers {
            activations.gatherPooled(width: width) { $0 * configuration.tokens }
        }
        try encoder.run(layer: index - 1, activations, engine: engine)
        if index == layers {
            try projection.run(
                activations.pooled, into: pass.out, count: pass.count, engine: engine)
        }
    }
}
