internal import Tensor
internal import VigilCore

/// CLIP's text tower: token embedding, causal encoder, end token, projection. Always in fp32: it
/// runs once for each prompt set.
final class TextTower: Tower {
    let configuration: TextConfiguration
    let store = ActivationStore()
    private let engine: Engine
    private let tokens: FloatBuffer
    private let positions: FloatBuffer
    private let encoder: Encoder
    private let projection: Projection

    /// Sequences of one pass.
    static let sequencesPerPass = 32

    init(
        _ loader: WeightLoader, names: WeightNames, configuration: ClipConfiguration,
        engine: Engine
    ) throws(ModelError) {
        let text = configuration.text
        self.configuration = text
        self.engine = engine
        tokens = try loader.floats(
            names.tokenEmbedding, shape: [text.vocabularySize, text.encoder.width])
        positions = try loader.floats(
            names.textPositions, shape: [text.contextLength, text.encoder.width])
        encoder = try Encoder(
            loader, names: names.textLayer, configuration: text.encoder, isCausal: true,
            precision: .fp32)
        projection = try Projection(
            loader, norm: names.textLastNorm, name: names.textProjection,
            isTransposed: names.projectionsAreTransposed, configuration: text.encoder,
            embeddingWidth: configuration.embeddingWidth, precision: .fp32)
    }

    var layers: Int { configuration.encoder.layers }

    /// Begins a pass of at most ``sequencesPerPass`` sequences, each of at most the context length.
    ///
    /// A sequence is cut after its pooled token: in a causal tower what follows changes nothing.
    func pass(
        _ sequences: ArraySlice<[Int32]>, into out: UnsafeMutablePointer<Float>
    ) throws(TensorError) -> ForwardPass {
        let width = configuration.encoder.width
        let activations = try store.take { () throws(TensorError) in
            try Activations(
                rows: Self.sequencesPerPass * configuration.contextLength,
                sequences: Self.sequencesPerPass, width: width, fusedCount: 0)
        }
        let pass = ForwardPass(
            tower: self, activations: activations, images: nil, count: sequences.count, out: out)
        for sequence in sequences.prefix(Self.sequencesPerPass) {
            let kept = sequence.prefix(configuration.contextLength)
            guard let end = configuration.pooledPosition(of: kept) else {
                throw .badShape("a text without its end token")
            }
            let start = activations.append(tokens: end + 1)
            let result = kept.prefix(end + 1).withUnsafeBufferPointer { indices in
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
        guard index > 0 else { return }  // the embedding was done while the tokens were at hand
        let activations = pass.activations
        let width = configuration.encoder.width
        if index == layers {
            let offsets = activations.offsets
            activations.gatherPooled(width: width) { offsets[$0 + 1] - 1 }
        }
        try encoder.run(layer: index - 1, activations, engine: engine)
        if index == layers {
            try projection.run(
                activations.pooled, into: pass.out, count: pass.count, engine: engine)
        }
    }
}
