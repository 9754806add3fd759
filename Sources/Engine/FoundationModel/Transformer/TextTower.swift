internal import Tensor
internal import VigilCore

/// A text tower: token embedding, norm, encoder, pooling, head. Always in fp32: it runs once for
/// each prompt set.
final class TextTower: Tower {
    let configuration: TextConfiguration
    let store = ActivationStore()
    private let engine: Engine
    private let tokens: FloatBuffer
    private let positions: FloatBuffer
    private let firstNorm: LayerNormWeights?
    private let transformer: TransformerLayers
    private let head: EmbeddingHead
    /// Columns of an embedding.
    let embeddingWidth: Int

    /// Tokens of one pass: 32 texts as long as CLIP's can be.
    private static let tokensPerPass = 32 * 77

    /// The most sequences of one pass.
    var sequencesPerPass: Int { max(1, Self.tokensPerPass / configuration.contextLength) }

    init(
        _ loader: WeightLoader, names: TextNames, configuration text: TextConfiguration,
        head: HeadConfiguration, engine: Engine
    ) throws(ModelError) {
        configuration = text
        self.engine = engine
        let width = text.encoder.width
        tokens = try loader.floats(names.tokens, shape: [text.vocabularySize, width])
        positions = try loader.floats(names.positions, shape: [text.positions, width])
        if let name = names.types {
            // Every token has the first type.
            let types = try loader.floats(name, shape: [text.tokenTypes, width])
            for index in positions.elements.indices {
                positions.elements[index] += types.elements[index % width]
            }
        }
        if let name = names.firstNorm {
            firstNorm = try loader.norm(name, width: width, epsilon: text.encoder.epsilon)
        } else {
            firstNorm = nil
        }
        transformer = try TransformerLayers(
            loader, names: names.layer, configuration: text.encoder, isCausal: text.isCausal,
            poolsOneToken: text.pooling != .mean, precision: .fp32)
        embeddingWidth = head.embeddingWidth(of: width)
        self.head = try EmbeddingHead(
            loader, norm: names.lastNorm, names: names.head, configuration: head,
            encoder: text.encoder, precision: .fp32)
    }

    var layers: Int { configuration.encoder.layers }
    var keepsTokens: Bool { configuration.pooling == .mean }

    /// Begins a pass of at most ``sequencesPerPass`` sequences, each of at most the context length.
    ///
    /// In a causal tower a sequence is cut after its end token: what follows changes nothing.
    func pass(
        _ sequences: ArraySlice<[Int32]>, into out: UnsafeMutablePointer<Float>
    ) throws(TensorError) -> ForwardPass {
        let width = configuration.encoder.width
        let rows = sequencesPerPass * configuration.contextLength
        let activations = try store.take { () throws(TensorError) in
            try Activations(
                rows: rows, sequences: sequencesPerPass, width: width,
                fusedCount: max(
                    FeedForward.scratchCount(rows: rows, configuration.encoder),
                    head.scratchCount(sequencesPerPass)))
        }
        let pass = ForwardPass(
            tower: self, activations: activations, images: nil, count: sequences.count, out: out)
        for sequence in sequences.prefix(sequencesPerPass) {
            let kept = configuration.fitted(sequence)
            guard !kept.isEmpty else { throw .badShape("a text without its end token") }
            let start = activations.append(tokens: kept.count)
            let result = kept.withUnsafeBufferPointer { indices in
                Result { () throws(TensorError) in
                    try engine.gather(
                        tokens.base, tableRows: configuration.vocabularySize, width: width,
                        indices: indices, adding: positions.base,
                        into: activations.x + start * width)
                }
            }
            try result.get()
        }
        return pass
    }

    func run(step index: Int, of pass: borrowing ForwardPass) throws(TensorError) {
        let activations = pass.activations
        guard index > 0 else {
            // The tokens were looked up while they were at hand.
            if let firstNorm {
                engine.layerNorm(
                    activations.x, norm: firstNorm, into: activations.x, rows: activations.rows)
            }
            return
        }
        let isLast = index == layers
        if isLast, !keepsTokens { gatherPooled(activations) }
        try transformer.run(layer: index - 1, activations, engine: engine)
        guard isLast else { return }
        if keepsTokens { activations.averageTokens(width: configuration.encoder.width) }
        try head.run(
            activations.pooled, into: pass.out, count: pass.count, scratch: activations.fused,
            engine: engine)
    }

    private func gatherPooled(_ activations: Activations) {
        let offsets = activations.offsets
        activations.gatherPooled(width: configuration.encoder.width) { sequence in
            configuration.pooling == .first ? offsets[sequence] : offsets[sequence + 1] - 1
        }
    }
}
