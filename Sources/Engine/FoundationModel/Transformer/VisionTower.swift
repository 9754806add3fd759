internal import Tensor
internal import VigilCore

/// A vision tower: patch embedding, norm, encoder, pooling, head.
final class VisionTower: Tower {
    let configuration: VisionConfiguration
    /// The sizes of what follows the layers.
    let headConfiguration: HeadConfiguration
    /// Where the weights were found.
    let names: VisionNames
    let store = ActivationStore()
    let engine: Engine
    private let embedding: PatchEmbedding
    private let firstNorm: LayerNormWeights?
    let transformer: TransformerLayers
    let attentionPool: AttentionPool?
    private let lastNorm: LayerNormWeights
    let head: EmbeddingHead
    /// Columns of an embedding.
    let embeddingWidth: Int

    /// Tokens of one pass: enough that weights are reused, few enough that activations stay small.
    private static let tokensPerPass = 1600

    init(
        _ loader: WeightLoader, names: VisionNames, configuration vision: VisionConfiguration,
        head: HeadConfiguration, precision: Precision, engine: Engine
    ) throws(ModelError) {
        configuration = vision
        headConfiguration = head
        self.names = names
        self.engine = engine
        embedding = try PatchEmbedding(
            loader, names: names, configuration: vision, precision: precision.ofOuterProducts)
        if let name = names.firstNorm {
            firstNorm = try loader.norm(
                name, width: vision.encoder.width, epsilon: vision.encoder.epsilon)
        } else {
            firstNorm = nil
        }
        transformer = try TransformerLayers(
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
        try transformer.run(
            layer: index - 1, activations, engine: engine,
            afterAttention: attentionPool == nil ? pass.afterAttention : nil)
        guard isLast else { return }
        if let attentionPool {
            try attentionPool.run(
                activations, norm: lastNorm, engine: engine, afterAttention: pass.afterAttention)
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

extension VisionTower {
    /// Begins a pass on buffers whose sizes are checked.
    func begin(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>
    ) throws(ModelError) -> ForwardPass {
        guard (0...imagesPerPass).contains(count), let from = images.baseAddress,
            let to = out.baseAddress, images.count >= count * configuration.imagePixels,
            out.count >= count * embeddingWidth
        else { throw .wrongSize(what: "a pass", expected: imagesPerPass, found: count) }
        do throws(TensorError) {
            return try pass(images: from, count: count, into: to)
        } catch { throw .tensor(error) }
    }
}

extension ClipModel {
    /// See ``ImageEncoder/beginPass(images:count:into:)``.
    package func beginPass(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>
    ) throws(ModelError) -> ForwardPass {
        try vision.begin(images: images, count: count, into: out)
    }
}

extension VisionModel {
    /// See ``ImageEncoder/beginPass(images:count:into:)``.
    package func beginPass(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>
    ) throws(ModelError) -> ForwardPass {
        try tower.begin(images: images, count: count, into: out)
    }
}

/// Images to tokens: a matrix product for each patch, positions added, class token and registers in
/// front.
///
/// images: [count, channels, size, size] f32; tokens: [count * tokens, width].
struct PatchEmbedding: Sendable {
    private let configuration: VisionConfiguration
    private let patches: PackedLinear
    /// The tokens in front, the class token with its position, [leadingTokens, width].
    private let leading: FloatBuffer
    /// [patches, width].
    private let positions: FloatBuffer

    init(
        _ loader: WeightLoader, names: VisionNames, configuration: VisionConfiguration,
        precision: Precision
    ) throws(ModelError) {
        let width = configuration.encoder.width
        self.configuration = configuration
        patches = try Self.patches(loader, names, configuration, precision: precision)
        let ones = [Int](repeating: 1, count: names.leadingOnes)
        let stored = try loader.floats(
            names.positions, shape: ones + [configuration.storedPositions, width])
        (leading, positions) = try ModelError.running { () throws(TensorError) in
            (
                try FloatBuffer(count: configuration.leadingTokens * width),
                try FloatBuffer(count: configuration.patches * width)
            )
        }
        var grid = UnsafePointer(stored.base)
        if let name = names.classToken {
            let shape = names.leadingOnes > 0 ? ones + [1, width] : [width]
            let token = try loader.floats(name, shape: shape)
            for column in 0..<width {
                leading.elements[column] = token.elements[column] + stored.elements[column]
            }
            grid += width
        }
        if let name = names.registers {
            let tokens = try loader.floats(name, shape: ones + [configuration.registers, width])
            (leading.base + width).update(from: tokens.base, count: configuration.registers * width)
        }
        PositionGrid.resample(
            grid, side: configuration.trainedSize / configuration.patchSize, into: positions.base,
            newSide: configuration.patchesPerSide, width: width, configuration.resampling)
    }

    private static func patches(
        _ loader: WeightLoader, _ names: VisionNames, _ configuration: VisionConfiguration,
        precision: Precision
    ) throws(ModelError) -> PackedLinear {
        let prefix =
            names.patchBias == nil
            ? names.patchEmbedding : String(names.patchEmbedding.dropLast(".weight".count))
        return try loader.linear(
            [RowSlice(prefix, rows: configuration.encoder.width)],
            suffixes: names.patchBias == nil ? ("", nil) : (".weight", ".bias"),
            inputs: configuration.patchPixels,
            innerShape: [configuration.channels, configuration.patchSize, configuration.patchSize],
            precision: precision)
    }

    /// Writes the tokens of `count` images to `activations.x`.
    func run(
        _ images: UnsafePointer<Float>, count: Int, _ activations: Activations, engine: Engine
    ) throws(TensorError) {
        let width = configuration.encoder.width
        try engine.patchify(
            images, count: count, channels: configuration.channels, size: configuration.imageSize,
            patch: configuration.patchSize, into: activations.fused)
        let leadingCount = configuration.leadingTokens * width
        for image in 0..<count {
            let out = activations.x + activations.append(tokens: configuration.tokens) * width
            out.update(from: leading.base, count: leadingCount)
            try engine.linear(
                activations.fused + image * configuration.patches * configuration.patchPixels,
                weights: patches, epilogue: LinearEpilogue(adding: positions.base),
                into: out + leadingCount, rows: configuration.patches)
        }
    }
}

/// The pooled tokens to embeddings: matrices of norm(pooled) with GELU between them, divided by
/// their length.
///
/// pooled: [count, width]; out: [count, embedding width] f32.
struct EmbeddingHead: Sendable {
    let norm: LayerNormWeights?
    let layers: [PackedLinear]
    let configuration: HeadConfiguration
    private let width: Int

    /// - Parameter norm: prefix of the norm; nil: the pooled tokens are normed already.
    init(
        _ loader: WeightLoader, norm: String?, names: HeadNames, configuration: HeadConfiguration,
        encoder: EncoderConfiguration, precision: Precision
    ) throws(ModelError) {
        self.configuration = configuration
        width = encoder.width
        if let norm {
            self.norm = try loader.norm(norm, width: encoder.width, epsilon: encoder.epsilon)
        } else {
            self.norm = nil
        }
        var layers: [PackedLinear] = []
        var inputs = encoder.width
        for (index, (name, outputs)) in zip(names.weights, configuration.widths).enumerated() {
            let bias = configuration.hasBias ? names.biases[index] : nil
            layers.append(
                try loader.projection(
                    name, bias: bias, outputs: outputs, inputs: inputs,
                    isTransposed: names.isTransposed, precision: precision))
            inputs = outputs
        }
        self.layers = layers
    }

    /// Floats of scratch for so many pooled tokens.
    func scratchCount(_ count: Int) -> Int {
        layers.count > 1 ? count * layers[0].outputs : 0
    }

    /// - Parameter scratch: see ``scratchCount(_:)``.
    func run(
        _ pooled: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>, count: Int,
        scratch: UnsafeMutablePointer<Float>, engine: Engine
    ) throws(TensorError) {
        if let first = layers.first {
            try engine.linear(
                pooled, norm: norm, weights: first,
                epilogue: LinearEpilogue(activation: layers.count > 1 ? .gelu : .none),
                into: layers.count > 1 ? scratch : out, rows: count)
            if layers.count > 1 {
                try engine.linear(scratch, weights: layers[1], into: out, rows: count)
            }
        } else if let norm {
            engine.layerNorm(pooled, norm: norm, into: out, rows: count)
        } else {
            out.update(from: pooled, count: count * width)
        }
        if configuration.isUnit {
            engine.l2Normalize(
                out, into: out, rows: count, width: layers.last?.outputs ?? width)
        }
    }
}
