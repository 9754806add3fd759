internal import FoundationModel
internal import Tensor

/// A feed-forward half with its residual, as ``FeedForward``, that remembers what its gradient
/// needs: x += second(activation(first(norm(x)))), or gated.
final class TrainableFeedForward {
    private let norm: LayerNormWeights
    private let first: AdaptedLinear
    private let second: AdaptedLinear
    private let activation: Activation
    private let isGated: Bool
    private let width: Int
    private let engine: Engine
    /// What came in, [rows, width], and its norm.
    private let entered: FloatBuffer
    private let normed: FloatBuffer
    /// Before the activation, [rows, first.outputs], and after, [rows, second.inputs].
    private let before: FloatBuffer
    private let after: FloatBuffer
    private let between: (FloatBuffer, FloatBuffer)

    /// The matrices, for what is done to each.
    var matrices: [AdaptedLinear] { [first, second] }

    /// - Parameters:
    ///   - names: prefixes of the two matrices.
    ///   - layout: nil: the matrices stay as they are.
    init(
        _ tail: TailLoader, norm: String, names: [String], scale: String? = nil,
        configuration: EncoderConfiguration, rows: Int, layout: inout ParameterLayout?
    ) throws(ModelError) {
        let (width, hidden) = (configuration.width, configuration.hiddenWidth)
        let wide = configuration.isGated ? 2 * hidden : hidden
        self.width = width
        engine = tail.engine
        isGated = configuration.isGated
        // silu(x) = 1.702 quickGelu(x / 1.702), as in FeedForward.
        activation = configuration.isGated ? .quickGelu : configuration.activation
        self.norm = try tail.norm(norm, configuration)
        var gate: FloatBuffer?
        if configuration.isGated {
            let factors = try tail.floats(wide)
            for row in 0..<wide { factors.base[row] = row < hidden ? 1 / 1.702 : 1.702 }
            gate = factors
        }
        var factors: FloatBuffer?
        if let scale { factors = try tail.loader.floats(scale, shape: [width]) }
        let suffixes = (weight: ".weight", bias: ".bias" as String?)
        let slices = (RowSlice(names[0], rows: wide), RowSlice(names[1], rows: width))
        first = try tail.linear(
            [slices.0], suffixes: suffixes, inputs: width, factors: gate, layout: &layout)
        second = try tail.linear(
            [slices.1], suffixes: suffixes, inputs: hidden, factors: factors, layout: &layout)
        entered = try tail.floats(rows * width)
        normed = try tail.floats(rows * width)
        before = try tail.floats(rows * wide)
        after = try tail.floats(rows * hidden)
        between = (try tail.floats(rows * first.rank), try tail.floats(rows * second.rank))
    }

    /// Runs in place.
    /// - Parameter scratch: [rows, width].
    func run(
        _ x: UnsafeMutablePointer<Float>, rows: Int, scratch: UnsafeMutablePointer<Float>
    ) throws(TensorError) {
        let hidden = second.inputs
        entered.base.update(from: x, count: rows * width)
        engine.layerNorm(x, norm: norm, into: normed.base, rows: rows)
        try first.run(normed.base, into: before.base, between: between.0.base, rows: rows)
        if isGated {
            for row in 0..<rows {
                let (gate, out) = (before.base + row * 2 * hidden, after.base + row * hidden)
                out.update(from: gate, count: hidden)
                engine.activate(out, count: hidden, activation)
                engine.multiply(out, gate + hidden, into: out, count: hidden)
            }
        } else {
            after.base.update(from: before.base, count: rows * hidden)
            engine.activate(after.base, count: rows * hidden, activation)
        }
        try second.run(after.base, into: scratch, between: between.1.base, rows: rows)
        engine.add(x, scratch, into: x, count: rows * width)
    }

    /// Turns the gradient of what went out into that of what came in.
    /// - Parameters:
    ///   - slopes: [rows, width], in place.
    ///   - memory: see ``TailScratch``.
    ///   - gradient: of all parameters, added to.
    func gradient(
        _ slopes: UnsafeMutablePointer<Float>, rows: Int, memory: TailScratch,
        gradient: UnsafeMutablePointer<Float>
    ) throws(TensorError) {
        let hidden = second.inputs
        try second.gradient(
            slopes, x: after.base, between: between.1.base, scratch: memory.rank.base,
            into: memory.hidden.base, gradient: gradient, rows: rows)
        let wide = memory.wide.base
        if isGated {
            for row in 0..<rows {
                let (gate, from) = (
                    before.base + row * 2 * hidden, memory.hidden.base + row * hidden
                )
                let out = wide + row * 2 * hidden
                // The gate's half: slope * up * activation'(gate).
                engine.multiply(from, gate + hidden, into: out, count: hidden)
                engine.activationGradient(gate, slopes: out, activation, into: out, count: hidden)
                // The other's: slope * activation(gate).
                (out + hidden).update(from: gate, count: hidden)
                engine.activate(out + hidden, count: hidden, activation)
                engine.multiply(from, out + hidden, into: out + hidden, count: hidden)
            }
        } else {
            engine.activationGradient(
                before.base, slopes: memory.hidden.base, activation, into: wide,
                count: rows * hidden)
        }
        try first.gradient(
            wide, x: normed.base, between: between.0.base, scratch: memory.rank.base,
            into: memory.normed.base, gradient: gradient, rows: rows)
        engine.layerNormGradient(
            entered.base, norm: norm, slopes: memory.normed.base, into: slopes, rows: rows)
    }
}

/// Memory of a backward pass that all layers share.
struct TailScratch {
    /// [rows, width].
    let normed: FloatBuffer
    let mixed: FloatBuffer
    /// [rows, hidden width], and of a gated half twice as many columns.
    let hidden: FloatBuffer
    let wide: FloatBuffer
    /// [rows, 3 * width].
    let fused: FloatBuffer
    /// [rows, rank of the additions to one matrix].
    let rank: FloatBuffer
    /// [sequences, width].
    let queries: FloatBuffer

    init(_ tail: TailLoader, _ configuration: EncoderConfiguration, rank: Int) throws(ModelError) {
        let (rows, width) = (tail.rows, configuration.width)
        let hidden = rows * configuration.hiddenWidth
        normed = try tail.floats(rows * width)
        mixed = try tail.floats(rows * width)
        self.hidden = try tail.floats(hidden)
        wide = try tail.floats(configuration.isGated ? 2 * hidden : hidden)
        fused = try tail.floats(rows * 3 * width)
        self.rank = try tail.floats(rows * 3 * rank)
        queries = try tail.floats(tail.sequences * width)
    }
}
