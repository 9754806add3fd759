internal import Tensor

/// The pooled tokens to embeddings: matrices of norm(pooled) with GELU between them, divided by
/// their length.
///
/// pooled: [count, width]; out: [count, embedding width] f32.
struct EmbeddingHead: Sendable {
    private let norm: LayerNormWeights?
    private let layers: [PackedLinear]
    private let configuration: HeadConfiguration
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
