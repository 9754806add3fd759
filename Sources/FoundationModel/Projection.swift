internal import Tensor

/// The pooled tokens to unit vectors: projection(norm(pooled)), divided by its length.
///
/// pooled: [count, width]; out: [count, embedding width] f32.
struct Projection: Sendable {
    private let norm: LayerNormWeights
    private let weights: PackedLinear

    init(
        _ loader: WeightLoader, norm: String, name: String, isTransposed: Bool,
        configuration: EncoderConfiguration, embeddingWidth: Int, precision: Precision
    ) throws(ModelError) {
        self.norm = try loader.norm(
            norm, width: configuration.width, epsilon: configuration.epsilon)
        weights = try loader.projection(
            name, outputs: embeddingWidth, inputs: configuration.width, isTransposed: isTransposed,
            precision: precision)
    }

    func run(
        _ pooled: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>, count: Int,
        engine: Engine
    ) throws(TensorError) {
        try engine.linear(pooled, norm: norm, weights: weights, into: out, rows: count)
        engine.l2Normalize(out, into: out, rows: count, width: weights.outputs)
    }
}
