internal import Tensor

/// One half of a model: an embedding, layers, a pooled projection.
protocol Tower: AnyObject, Sendable {
    /// Layers of the encoder; a pass has one step more.
    var layers: Int { get }
    /// Where its activations are kept between passes.
    var store: ActivationStore { get }
    /// Whether the last layer computes all tokens, not the pooled ones alone.
    var keepsTokens: Bool { get }

    /// Carries out step `index` of a pass: 0 embeds, the others are a layer each, the last of them
    /// pools and projects.
    func run(step index: Int, of pass: borrowing ForwardPass) throws(TensorError)
}

/// The layers of a tower with their weights.
struct Encoder: Sendable {
    private let blocks: [TransformerBlock]
    /// nil: the last layer is one of `blocks`.
    private let last: PooledBlock?

    /// - Parameter poolsOneToken: whether the last layer computes the pooled tokens alone.
    init(
        _ loader: WeightLoader, names: WeightNames.Layer, configuration: EncoderConfiguration,
        isCausal: Bool, poolsOneToken: Bool, precision: Precision
    ) throws(ModelError) {
        var blocks: [TransformerBlock] = []
        for layer in 0..<configuration.layers - (poolsOneToken ? 1 : 0) {
            blocks.append(
                try TransformerBlock(
                    loader, names: names.numbered(layer), configuration: configuration,
                    isCausal: isCausal, precision: precision))
        }
        self.blocks = blocks
        guard poolsOneToken else {
            last = nil
            return
        }
        last = try PooledBlock(
            loader, names: names.numbered(configuration.layers - 1), configuration: configuration,
            precision: precision)
    }

    /// Runs layer `index`, from 0; a last one of its own works on the pooled tokens.
    func run(layer index: Int, _ activations: Activations, engine: Engine) throws(TensorError) {
        if index < blocks.count {
            try blocks[index].run(activations, engine: engine)
        } else {
            try last?.run(activations, engine: engine)
        }
    }
}
