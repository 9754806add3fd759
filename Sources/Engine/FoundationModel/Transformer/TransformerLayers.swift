internal import Tensor

/// The layers of a tower with their weights.
struct TransformerLayers: Sendable {
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
    /// - Parameter afterAttention: told between the layer's halves.
    func run(
        layer index: Int, _ activations: Activations, engine: Engine,
        afterAttention: ((AttentionMoment) -> Void)? = nil
    ) throws(TensorError) {
        if index < blocks.count {
            try blocks[index].run(activations, engine: engine, afterAttention: afterAttention)
        } else {
            try last?.run(activations, engine: engine, afterAttention: afterAttention)
        }
    }

    /// What a layer's attention goes through on its way to the residual stream.
    func attentionOutput(layer index: Int) -> PackedLinear? {
        index < blocks.count ? blocks[index].attentionOutput : last?.attentionOutput
    }
}

/// One transformer layer:
///
///     x += output(attention(queryKeyValue(norm1(x))))     x: [rows, width] f32
///     x += second(activation(first(norm2(x))))
///
/// With ``EncoderConfiguration/NormPlace/after`` each norm is taken of x after its line instead.
struct TransformerBlock: Sendable {
    private let halves: BlockHalves
    private let queryKeyValue: PackedLinear
    private let attention: AttentionShape

    init(
        _ loader: WeightLoader, names: WeightNames.Layer, configuration: EncoderConfiguration,
        isCausal: Bool, precision: Precision
    ) throws(ModelError) {
        halves = try BlockHalves(
            loader, names: names, configuration: configuration, precision: precision)
        queryKeyValue = try loader.linear(
            names.queryKeyValueSlices(0..<3, width: configuration.width),
            suffixes: names.queryKeyValueSuffix(configuration), inputs: configuration.width,
            precision: precision)
        attention = AttentionShape(
            heads: configuration.heads, headWidth: configuration.headWidth, causal: isCausal,
            precision: precision)
    }

    var attentionOutput: PackedLinear { halves.output }

    /// Runs the layer in place on `activations.x`.
    func run(
        _ activations: Activations, engine: Engine,
        afterAttention: ((AttentionMoment) -> Void)? = nil
    ) throws(TensorError) {
        let (x, rows) = (activations.x, activations.rows)
        try engine.linear(
            x, norm: halves.normBefore(0), weights: queryKeyValue, into: activations.fused,
            rows: rows)
        let inputs = AttentionInputs(fused: activations.fused, width: attention.width)
        try engine.attention(
            inputs, offsets: activations.offsets, shape: attention, into: activations.mixed)
        try halves.addAttention(x, rows: rows, activations, engine: engine)
        afterAttention?(
            AttentionMoment(inputs: inputs, shape: attention, stream: x, isPooled: false))
        try halves.feedForward(x, rows: rows, activations, engine: engine)
    }
}

/// The last layer of a tower that pools one token of each sequence: keys and values of all tokens,
/// everything else of the pooled token alone. The pooled token's bits are those of the whole layer.
struct PooledBlock: Sendable {
    private let halves: BlockHalves
    private let query: PackedLinear
    private let keyValue: PackedLinear
    private let attention: AttentionShape

    init(
        _ loader: WeightLoader, names: WeightNames.Layer, configuration: EncoderConfiguration,
        precision: Precision
    ) throws(ModelError) {
        halves = try BlockHalves(
            loader, names: names, configuration: configuration, precision: precision)
        let width = configuration.width
        query = try loader.linear(
            names.queryKeyValueSlices(0..<1, width: width),
            suffixes: names.queryKeyValueSuffix(configuration), inputs: width,
            precision: precision)
        keyValue = try loader.linear(
            names.queryKeyValueSlices(1..<3, width: width),
            suffixes: names.queryKeyValueSuffix(configuration), inputs: width,
            precision: precision)
        // The pooled token is the last of a causal sequence, or the mask does not matter: it sees
        // every token either way.
        attention = AttentionShape(
            heads: configuration.heads, headWidth: configuration.headWidth, leadingQueries: 1,
            precision: precision)
    }

    var attentionOutput: PackedLinear { halves.output }

    /// Runs the layer on `activations.x` and leaves the result in `activations.pooled`, whose rows
    /// are the pooled tokens of `x`.
    func run(
        _ activations: Activations, engine: Engine,
        afterAttention: ((AttentionMoment) -> Void)? = nil
    ) throws(TensorError) {
        let (pooled, count) = (activations.pooled, activations.sequences)
        try engine.linear(
            activations.x, norm: halves.normBefore(0), weights: keyValue, into: activations.fused,
            rows: activations.rows)
        try engine.linear(
            pooled, norm: halves.normBefore(0), weights: query, into: activations.pooledQuery,
            rows: count)
        let inputs = AttentionInputs(
            queries: activations.pooledQuery, queryStride: attention.width,
            keys: activations.fused, values: activations.fused + attention.width,
            keyValueStride: 2 * attention.width)
        try engine.attention(
            inputs, offsets: activations.offsets, shape: attention, into: activations.mixed)
        try halves.addAttention(pooled, rows: count, activations, engine: engine)
        afterAttention?(
            AttentionMoment(inputs: inputs, shape: attention, stream: pooled, isPooled: true))
        try halves.feedForward(pooled, rows: count, activations, engine: engine)
    }
}

/// What both kinds of layer have alike: all that comes after attention.
private struct BlockHalves {
    private let norms: [LayerNormWeights]
    private let normPlace: EncoderConfiguration.NormPlace
    let output: PackedLinear
    private let second: FeedForward

    init(
        _ loader: WeightLoader, names: WeightNames.Layer, configuration: EncoderConfiguration,
        precision: Precision
    ) throws(ModelError) {
        let width = configuration.width
        norms = [
            try loader.norm(names.norms[0], width: width, epsilon: configuration.epsilon),
            try loader.norm(names.norms[1], width: width, epsilon: configuration.epsilon),
        ]
        normPlace = configuration.normPlace
        // LayerScale multiplies what a half adds, which is to scale the rows of its last matrix.
        output = try loader.linear(
            [RowSlice(names.attentionOutput, rows: width)], suffixes: (".weight", ".bias"),
            inputs: width, factor: names.scales.first.map { .tensor($0) }, precision: precision)
        second = try FeedForward(
            loader, names: names.feedForward, scale: names.scales.last,
            configuration: configuration, precision: precision)
    }

    func normBefore(_ half: Int) -> LayerNormWeights? {
        normPlace == .before ? norms[half] : nil
    }

    /// Adds attention's result in `activations.mixed` to `x`, [rows, width], the residual stream.
    func addAttention(
        _ x: UnsafeMutablePointer<Float>, rows: Int, _ activations: Activations, engine: Engine
    ) throws(TensorError) {
        try engine.linear(
            activations.mixed, weights: output, epilogue: LinearEpilogue(adding: x), into: x,
            rows: rows)
        if normPlace == .after { engine.layerNorm(x, norm: norms[0], into: x, rows: rows) }
    }

    /// The layer's second half, in place on `x`.
    func feedForward(
        _ x: UnsafeMutablePointer<Float>, rows: Int, _ activations: Activations, engine: Engine
    ) throws(TensorError) {
        try second.run(
            x, norm: normBefore(1), rows: rows, scratch: activations.fused, engine: engine)
        if normPlace == .after { engine.layerNorm(x, norm: norms[1], into: x, rows: rows) }
    }
}

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

extension WeightNames.Layer {
    /// The slices of queries (0), keys (1) and values (2), from three tensors or from one.
    package func queryKeyValueSlices(_ parts: Range<Int>, width: Int) -> [RowSlice] {
        guard queryKeyValue.count == 1 else {
            return queryKeyValue[parts].map { RowSlice($0, rows: width) }
        }
        let rows = parts.lowerBound * width..<parts.upperBound * width
        return [RowSlice(queryKeyValue[0], rows, of: 3 * width)]
    }

    /// What follows the slices' names.
    package func queryKeyValueSuffix(
        _ configuration: EncoderConfiguration
    ) -> (weight: String, bias: String?) {
        (
            queryKeyValueSuffixes[0],
            configuration.hasQueryKeyValueBias ? queryKeyValueSuffixes[1] : nil
        )
    }
}
