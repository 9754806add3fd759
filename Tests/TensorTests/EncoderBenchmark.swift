import Tensor
import VigilCore

/// A vision-transformer encoder with made weights, to time what a model's layers cost on this
/// machine.
final class EncoderBenchmark {
    /// Sizes of an encoder.
    struct Shape: Sendable, Hashable {
        /// Tokens of an image, the class token among them.
        var tokens: Int
        /// Columns of the residual stream.
        var width: Int
        /// Attention heads.
        var heads: Int
        /// Columns between the two products of the feed-forward half.
        var hidden: Int
        /// Layers.
        var layers: Int

        /// ViT-B/16 at 224 pixels.
        static let vitB16 = Shape(
            tokens: 197, width: 768, heads: 12, hidden: 3072, layers: 12)

        init(tokens: Int, width: Int, heads: Int, hidden: Int, layers: Int) {
            self.tokens = tokens
            self.width = width
            self.heads = heads
            self.hidden = hidden
            self.layers = layers
        }

        /// Floating-point operations of one image's layers, two a multiply-add.
        var operations: Double {
            let products = Double(4 * width * width + 2 * width * hidden) * Double(tokens)
            let attention = Double(2 * tokens * tokens * width)
            return 2 * Double(layers) * (products + attention)
        }
    }

    /// Seconds of one pass over a batch, by step.
    struct Timing: Sendable {
        var fusedProduct = 0.0
        var attention = 0.0
        var projection = 0.0
        var feedForward = 0.0
        /// All steps.
        var total: Double { fusedProduct + attention + projection + feedForward }
    }

    private struct Layer {
        let norm: LayerNormWeights
        let fused: PackedLinear
        let projection: PackedLinear
        let first: PackedLinear
        let second: PackedLinear
    }

    private let engine: Engine
    private let shape: Shape
    private let batch: Int
    private let precision: Precision
    private var layers: [Layer] = []
    private let tokens: AlignedBuffer<Float>
    private let fused: AlignedBuffer<Float>
    private let attended: AlignedBuffer<Float>

    /// Makes weights and memory for batches of `batch` images.
    init(
        engine: Engine, shape: Shape, precision: Precision, batch: Int
    ) throws(TensorError) {
        guard batch > 0, shape.heads > 0, shape.width % shape.heads == 0 else {
            throw .badShape("benchmark")
        }
        self.engine = engine
        self.shape = shape
        self.batch = batch
        self.precision = precision
        let rows = batch * shape.tokens
        tokens = try AlignedBuffer(count: rows * shape.width)
        fused = try AlignedBuffer(count: rows * shape.width * 3)
        attended = try AlignedBuffer(count: rows * shape.width)
        let values = try AlignedBuffer<Float>(
            count: shape.width * max(shape.hidden, 3 * shape.width))
        for _ in 0..<shape.layers {
            try layers.append(
                Self.makeLayer(shape, values: values, precision: precision, pool: engine.pool))
        }
        reset()
    }

    private static func makeLayer(
        _ shape: Shape, values: borrowing AlignedBuffer<Float>, precision: Precision,
        pool: ThreadPool
    ) throws(TensorError) -> Layer {
        var state: UInt32 = 1
        for index in 0..<values.count {
            state = state &* 1_664_525 &+ 1_013_904_223
            values.base[index] = (Float(state >> 8) * 0x1p-24 - 0.5) * 0.08
        }
        func linear(_ outputs: Int, _ inputs: Int) throws(TensorError) -> PackedLinear {
            try PackedLinear(
                weights: UnsafeRawBufferPointer(values.elements), type: .float32, outputs: outputs,
                inputs: inputs, bias: nil, precision: precision, pool: pool)
        }
        let ones = try AlignedBuffer<Float>(count: shape.width)
        ones.elements.update(repeating: 1)
        return Layer(
            norm: try LayerNormWeights(
                gamma: UnsafeBufferPointer(ones.elements), beta: nil, epsilon: 1e-5),
            fused: try linear(3 * shape.width, shape.width),
            projection: try linear(shape.width, shape.width),
            first: try linear(shape.hidden, shape.width),
            second: try linear(shape.width, shape.hidden))
    }

    private func reset() {
        var state: UInt32 = 7
        for index in 0..<tokens.count {
            state = state &* 1_664_525 &+ 1_013_904_223
            tokens.base[index] = Float(state >> 8) * 0x1p-23 - 1
        }
    }

    /// One pass over the batch.
    func run(clock: BenchmarkClock) throws(TensorError) -> Timing {
        reset()
        let rows = batch * shape.tokens
        let attentionShape = AttentionShape(
            heads: shape.heads, headWidth: shape.width / shape.heads, precision: precision)
        let offsets = try AlignedBuffer<Int>(count: batch + 1)
        for image in 0...batch { offsets.base[image] = image * shape.tokens }
        var timing = Timing()
        for layer in layers {
            let start = clock.seconds()
            try engine.linear(
                tokens.base, norm: layer.norm, weights: layer.fused, into: fused.base, rows: rows)
            let afterFused = clock.seconds()
            try engine.attention(
                AttentionInputs(fused: fused.base, width: shape.width),
                offsets: UnsafeBufferPointer(offsets.elements), shape: attentionShape,
                into: attended.base)
            let afterAttention = clock.seconds()
            try engine.linear(
                attended.base, weights: layer.projection,
                epilogue: LinearEpilogue(adding: tokens.base), into: tokens.base, rows: rows)
            let afterProjection = clock.seconds()
            try engine.feedForward(
                tokens.base, norm: layer.norm, first: layer.first, activation: .quickGelu,
                second: layer.second, residual: tokens.base, into: tokens.base, rows: rows)
            timing.fusedProduct += afterFused - start
            timing.attention += afterAttention - afterFused
            timing.projection += afterProjection - afterAttention
            timing.feedForward += clock.seconds() - afterProjection
        }
        return timing
    }
}
