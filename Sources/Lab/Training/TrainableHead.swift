internal import FoundationModel
internal import Tensor

/// Pooled tokens to embeddings, as ``EmbeddingHead``, with its gradient. Its weights stay as they
/// are.
final class TrainableHead {
    private let norm: LayerNormWeights?
    private let projection: AdaptedLinear?
    private let isUnit: Bool
    private let width: Int
    private let embeddingWidth: Int
    private let engine: Engine
    private let entered: FloatBuffer
    private let normed: FloatBuffer
    /// Before division by the length.
    private let projected: FloatBuffer

    /// - Parameter norm: prefix of the norm; nil: the pooled tokens are normed already.
    init(
        _ tail: TailLoader, norm: String?, names: HeadNames, configuration: HeadConfiguration,
        encoder: EncoderConfiguration
    ) throws(ModelError) {
        width = encoder.width
        embeddingWidth = configuration.embeddingWidth(of: encoder.width)
        engine = tail.engine
        isUnit = configuration.isUnit
        if let norm { self.norm = try tail.norm(norm, encoder) } else { self.norm = nil }
        if let name = names.weights.first {
            projection = try tail.projection(
                name, bias: configuration.hasBias ? names.biases.first : nil,
                outputs: embeddingWidth, inputs: encoder.width, isTransposed: names.isTransposed)
        } else {
            projection = nil
        }
        entered = try tail.floats(tail.sequences * width)
        normed = try tail.floats(tail.sequences * width)
        projected = try tail.floats(tail.sequences * embeddingWidth)
    }

    /// - Parameters:
    ///   - pooled: [count, width].
    ///   - out: [count, embedding width].
    func run(
        _ pooled: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>, count: Int,
        memory: TailScratch
    ) throws(TensorError) {
        entered.base.update(from: pooled, count: count * width)
        if let norm {
            engine.layerNorm(pooled, norm: norm, into: normed.base, rows: count)
        } else {
            normed.base.update(from: pooled, count: count * width)
        }
        if let projection {
            try projection.run(
                normed.base, into: projected.base, between: memory.rank.base, rows: count)
        } else {
            projected.base.update(from: normed.base, count: count * width)
        }
        if isUnit {
            engine.l2Normalize(projected.base, into: out, rows: count, width: embeddingWidth)
        } else {
            out.update(from: projected.base, count: count * embeddingWidth)
        }
    }

    /// What the gradient of the embeddings makes of the pooled tokens.
    /// - Parameters:
    ///   - slopes: [count, embedding width]; changed.
    ///   - out: [count, width], overwritten.
    func gradient(
        _ slopes: UnsafeMutablePointer<Float>, into out: UnsafeMutablePointer<Float>, count: Int,
        memory: TailScratch, gradient: UnsafeMutablePointer<Float>
    ) throws(TensorError) {
        if isUnit { for row in 0..<count { divide(row, slopes + row * embeddingWidth) } }
        let normSlopes = norm == nil ? out : memory.normed.base
        if let projection {
            try projection.gradient(
                slopes, x: normed.base, between: memory.rank.base, scratch: memory.rank.base,
                into: normSlopes, gradient: gradient, rows: count)
        } else {
            normSlopes.update(from: slopes, count: count * width)
        }
        guard let norm else { return }
        out.update(repeating: 0, count: count * width)
        engine.layerNormGradient(
            entered.base, norm: norm, slopes: normSlopes, into: out, rows: count)
    }

    /// Of e = z / |z|: dz = (de - e (e · de)) / |z|.
    private func divide(_ row: Int, _ slopes: UnsafeMutablePointer<Float>) {
        let z = projected.base + row * embeddingWidth
        let square = engine.dot(z, z, count: embeddingWidth)
        let length = max(square.squareRoot(), 1e-12)
        let along = engine.dot(z, slopes, count: embeddingWidth) / max(square, 1e-24)
        for column in 0..<embeddingWidth {
            slopes[column] = (slopes[column] - along * z[column]) / length
        }
    }
}
