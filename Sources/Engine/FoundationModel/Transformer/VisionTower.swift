internal import Tensor

/// A vision tower: patch embedding, norm, encoder, pooling, head.
final class VisionTower: Tower {
    let configuration: VisionConfiguration
    let store = ActivationStore()
    private let engine: Engine
    private let embedding: PatchEmbedding
    private let firstNorm: LayerNormWeights?
    private let encoder: Encoder
    private let attentionPool: AttentionPool?
    private let lastNorm: LayerNormWeights
    private let head: EmbeddingHead
    /// Columns of an embedding.
    let embeddingWidth: Int

    /// Tokens of one pass: enough that weights are reused, few enough that activations stay small.
    private static let tokensPerPass = 1600

    init(
        _ loader: WeightLoader, names: VisionNames, configuration vision: VisionConfiguration,
        head: HeadConfiguration, precision: Precision, engine: Engine
    ) throws(ModelError) {
        configuration = vision
        self.engine = engine
        embedding = try PatchEmbedding(
            loader, names: names, configuration: vision, precision: precision.ofOuterProducts)
        if let name = names.firstNorm {
            firstNorm = try loader.norm(
                name, width: vision.encoder.width, epsilon: vision.encoder.epsilon)
        } else {
            firstNorm = nil
        }
        encoder = try Encoder(
            loader, names: names.layer, configuration: vision.encoder, isCausal: false,
            poolsOneToken: vision.pooling == .classToken, precision: precision)
        if let pool = names.attentionPool {
            attentionPool = try AttentionPool(
                loader, names: pool, configuration: vision.encoder, precision: precision)
        } else {
            attentionPool = nil
        }
        lastNorm = try loader.norm(
            names.lastNorm, width: vision.encoder.width, epsilon: vision.encoder.epsilon)
        embeddingWidth = head.embeddingWidth(of: vision.encoder.width)
        self.head = try EmbeddingHead(
            loader, norm: attentionPool == nil ? names.lastNorm : nil, names: names.head,
            configuration: head, encoder: vision.encoder, precision: precision.ofOuterProducts)
    }

    var layers: Int { configuration.encoder.layers }
    var keepsTokens: Bool { configuration.pooling != .classToken }

    /// The most images of one pass.
    var imagesPerPass: Int { max(1, Self.tokensPerPass / configuration.tokens) }

    /// Begins a pass of at most ``imagesPerPass`` images.
    /// - Parameter images: nil: the pass goes on from hidden states.
    func pass(
        images: UnsafePointer<Float>?, count: Int, into out: UnsafeMutablePointer<Float>
    ) throws(TensorError) -> ForwardPass {
        let rows = imagesPerPass * configuration.tokens
        let activations = try store.take { () throws(TensorError) in
            try Activations(
                rows: rows, sequences: imagesPerPass, width: configuration.encoder.width,
                fusedCount: max(
                    imagesPerPass * configuration.patches * configuration.patchPixels,
                    FeedForward.scratchCount(rows: rows, configuration.encoder),
                    head.scratchCount(imagesPerPass)))
        }
        return ForwardPass(
            tower: self, activations: activations, images: images,
            count: min(count, imagesPerPass), out: out)
    }

    /// A pass that goes on from the hidden states that others had after so many layers.
    /// - Parameter hidden: [count, tokens, width], copied.
    func resume(
        hidden: UnsafePointer<Float>, count: Int, after layers: Int,
        into out: UnsafeMutablePointer<Float>
    ) throws(TensorError) -> ForwardPass {
        var pass = try pass(images: nil, count: count, into: out)
        for _ in 0..<pass.count { _ = pass.activations.append(tokens: configuration.tokens) }
        let size = pass.count * configuration.tokens * configuration.encoder.width
        pass.activations.x.update(from: hidden, count: size)
        pass.skip(to: layers + 1)
        return pass
    }

    func run(step index: Int, of pass: borrowing ForwardPass) throws(TensorError) {
        let activations = pass.activations
        guard index > 0 else {
            guard let images = pass.images else { return }
            try embedding.run(images, count: pass.count, activations, engine: engine)
            if let firstNorm {
                engine.layerNorm(
                    activations.x, norm: firstNorm, into: activations.x, rows: activations.rows)
            }
            return
        }
        let isLast = index == layers
        if isLast, !keepsTokens { gatherClassTokens(activations) }
        try encoder.run(layer: index - 1, activations, engine: engine)
        guard isLast else { return }
        if let attentionPool {
            try attentionPool.run(activations, norm: lastNorm, engine: engine)
        } else if keepsTokens {
            gatherClassTokens(activations)
        }
        try head.run(
            activations.pooled, into: pass.out, count: pass.count, scratch: activations.fused,
            engine: engine)
    }

    private func gatherClassTokens(_ activations: Activations) {
        activations.gatherPooled(width: configuration.encoder.width) { $0 * configuration.tokens }
    }

    /// The patches' tokens of a finished pass, normed.
    /// - Parameter out: [count, patches, width].
    func patchTokens(of pass: borrowing ForwardPass, into out: UnsafeMutablePointer<Float>) {
        let width = configuration.encoder.width
        for image in 0..<pass.count {
            let first = image * configuration.tokens + configuration.leadingTokens
            engine.layerNorm(
                pass.activations.x + first * width, norm: lastNorm,
                into: out + image * configuration.patches * width, rows: configuration.patches)
        }
    }
}
