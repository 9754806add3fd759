internal import Tensor

/// The feed-forward half of a layer, with its residual: x += second(activation(first(norm(x)))), or
/// gated: x += second(silu(gate(norm(x))) * up(norm(x))).
struct FeedForward: Sendable {
    private let first: PackedLinear
    /// nil: not gated. Else `first` is the gate.
    private let up: PackedLinear?
    private let second: PackedLinear
    private let activation: Activation

    /// - Parameters:
    ///   - names: prefixes of the two matrices.
    ///   - scale: LayerScale's tensor; nil: none.
    init(
        _ loader: WeightLoader, names: [String], scale: String? = nil,
        configuration: EncoderConfiguration, precision: Precision
    ) throws(ModelError) {
        let (width, hidden) = (configuration.width, configuration.hiddenWidth)
        let suffixes = (weight: ".weight", bias: ".bias" as String?)
        if configuration.isGated {
            // silu(x) = x sigmoid(x) = 1.702 quickGelu(x / 1.702), so both factors go to the
            // matrices around it.
            activation = .quickGelu
            first = try loader.linear(
                [RowSlice(names[0], 0..<hidden, of: 2 * hidden)], suffixes: suffixes,
                inputs: width, factor: .constant(1 / 1.702), precision: precision)
            up = try loader.linear(
                [RowSlice(names[0], hidden..<2 * hidden, of: 2 * hidden)], suffixes: suffixes,
                inputs: width, factor: .constant(1.702), precision: precision)
        } else {
            activation = configuration.activation
            first = try loader.linear(
                [RowSlice(names[0], rows: hidden)], suffixes: suffixes, inputs: width,
                precision: precision)
            up = nil
        }
        second = try loader.linear(
            [RowSlice(names[1], rows: width)], suffixes: suffixes, inputs: hidden,
            factor: scale.map { .tensor($0) }, precision: precision)
    }

    /// Floats of scratch for so many rows.
    static func scratchCount(rows: Int, _ configuration: EncoderConfiguration) -> Int {
        configuration.isGated ? 2 * rows * configuration.hiddenWidth : 0
    }

    /// Runs in place.
    /// - Parameters:
    ///   - x: [rows, width].
    ///   - norm: taken of x on the way in; nil: none.
    ///   - scratch: see ``scratchCount(rows:_:)``.
    func run(
        _ x: UnsafeMutablePointer<Float>, norm: LayerNormWeights?, rows: Int,
        scratch: UnsafeMutablePointer<Float>, engine: Engine
    ) throws(TensorError) {
        guard let up else {
            try engine.feedForward(
                x, norm: norm, first: first, activation: activation, second: second, residual: x,
                into: x, rows: rows)
            return
        }
        let count = rows * first.outputs
        try engine.linear(
            x, norm: norm, weights: first, epilogue: LinearEpilogue(activation: activation),
            into: scratch, rows: rows)
        try engine.linear(x, norm: norm, weights: up, into: scratch + count, rows: rows)
        engine.multiply(scratch, scratch + count, into: scratch, count: count)
        try engine.linear(
            scratch, weights: second, epilogue: LinearEpilogue(adding: x), into: x, rows: rows)
    }
}
