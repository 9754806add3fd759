internal import Tensor

/// One half of a model: an embedding, layers, a pooled projection.
protocol Tower: AnyObject, Sendable {
    /// Layers of the encoder; a pass has one step more.
    var layers: Int { get }
    /// Where its activations are kept between passes.
    var store: ActivationStore { get }

    /// Carries out step `index` of a pass: 0 embeds, the others are a layer each, the last of them
    /// pools and projects.
    func run(step index: Int, of pass: borrowing ForwardPass) throws(TensorError)
}

/// The layers of a tower with their weights.
struct Encoder: Sendable {
    private let blocks: [TransformerBlock]
    private let last: PooledBlock

    init(
        _ loader: WeightLoader, names: WeightNames.Layer, configuration: EncoderConfiguration,
        isCausal: Bool, precision: Precision
    ) throws(ModelError) {
        var blocks: [TransformerBlock] = []
        for layer in 0..<configuration.layers - 1 {
            blocks.append(
                try TransformerBlock(
                    loader, names: names.numbered(layer), configuration: configuration,
                    isCausal: isCausal, precision: precision))
        }
        self.blocks = blocks
        last = try PooledBlock(
            loader, names: names.numbered(configuration.layers - 1), configuration: configuration,
            precision: precision)
    }

    /// Runs layer `index`, from 0; the last one works on the pooled tokens.
    func run(layer index: Int, _ activations: Activations, engine: Engine) throws(TensorError) {
        if index < blocks.count {
            try blocks[index].run(activations, engine: engine)
        } else {
            try last.run(activations, engine: engine)
        }
    }
}
