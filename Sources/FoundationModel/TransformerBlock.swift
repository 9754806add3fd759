internal import Tensor

/// One pre-norm transformer layer:
///
///     x += output(attention(queryKeyValue(norm1(x))))     x: [rows, width] f32
///     x += second(activation(first(norm2(x))))
struct TransformerBlock: Sendable {
    private let norms: [LayerNormWeights]
    private let queryKeyValue: PackedLinear
    private let output: PackedLinear
    private let feedForward: [PackedLinear]
    private let activation: Activation
    private let attention: AttentionShape

    init(
        _ loader: WeightLoader, names: WeightNames.Layer, configuration: EncoderConfiguration,
        isCausal: Bool, precision: Precision
    ) throws(ModelError) {
        let half = try BlockHalves(
            loader, names: names, configuration: configuration, precision: precision)
        norms = half.norms
        queryKeyValue = try loader.linear(
            names.queryKeyValueSlices(0..<3, width: configuration.width),
            suffixes: names.queryKeyValueSuffix, inputs: configuration.width, precision: precision)
        output = half.output
        feedForward = half.feedForward
        activation = configuration.activation
        attention = AttentionShape(
            heads: configuration.heads, headWidth: configuration.headWidth, causal: isCausal,
            precision: precision)
    }

    /// Runs the layer in place on `activations.x`.
    func run(_ activations: Activations, engine: Engine) throws(TensorError) {
        let (x, rows) = (activations.x, activations.rows)
        try engine.linear(
            x, norm: norms[0], weights: queryKeyValue, into: activations.fused, rows: rows)
        try engine.attention(
            AttentionInputs(fused: activations.fused, width: attention.width),
            offsets: activations.offsets, shape: attention, into: activations.mixed)
        try engine.linear(
            activations.mixed, weights: output, epilogue: LinearEpilogue(adding: x), into: x,
            rows: rows)
        try engine.feedForward(
            x, norm: norms[1], first: feedForward[0], activation: activation,
            second: feedForward[1], residual: x, into: x, rows: rows)
    }
}

/// The last layer of a tower that pools one token of each sequence: keys and values of all tokens,
/// everything else of the pooled token alone. The pooled token's bits are those of the whole layer.
struct PooledBlock: Sendable {
    private let norms: [LayerNormWeights]
    private let query: PackedLinear
    private let keyValue: PackedLinear
    private let output: PackedLinear
    private let feedForward: [PackedLinear]
    private let activation: Activation
    private let attention: AttentionShape

    init(
        _ loader: WeightLoader, names: WeightNames.Layer, configuration: EncoderConfiguration,
        precision: Precision
    ) throws(ModelError) {
        let half = try BlockHalves(
            loader, names: names, configuration: configuration, precision: precision)
        let width = configuration.width
        norms = half.norms
        query = try loader.linear(
            names.queryKeyValueSlices(0..<1, width: width),
            suffixes: names.queryKeyValueSuffix, inputs: width, precision: precision)
        keyValue = try loader.linear(
            names.queryKeyValueSlices(1..<3, width: width),
            suffixes: names.queryKeyValueSuffix, inputs: width, precision: precision)
        output = half.output
        feedForward = half.feedForward
        activation = configuration.activation
        // The pooled token is the last of a causal sequence, or the mask does not matter: it sees
        // every token either way.
        attention = AttentionShape(
            heads: configuration.heads, headWidth: configuration.headWidth, leadingQueries: 1,
            precision: precision)
    }

    /// Runs the layer on `activations.x` and leaves the result in `activations.pooled`, whose rows
    /// are the pooled tokens of `x`.
    func run(_ activations: Activations, engine: Engine) throws(TensorError) {
        let (pooled, count) = (activations.pooled, activations.sequences)
        try engine.linear(
            activations.x, norm: norms[0], weights: keyValue, into: activations.fused,
            rows: activations.rows)
        try engine.linear(
            pooled, norm: norms[0], weights: query, into: activations.pooledQuery, rows: count)
        try engine.attention(
            AttentionInputs(
                queries: activations.pooledQuery, queryStride: attention.width,
                keys: activations.fused, values: activations.fused + attention.width,
                keyValueStride: 2 * attention.width),
            offsets: activations.offsets, shape: attention, into: activations.mixed)
        try engine.linear(
            activations.mixed, weights: output, epilogue: LinearEpilogue(adding: pooled),
            into: pooled, rows: count)
        try engine.feedForward(
            pooled, norm: norms[1], first: feedForward[0], activation: activation,
            second: feedForward[1], residual: pooled, into: pooled, rows: count)
    }
}

/// What both kinds of layer have alike.
private struct BlockHalves {
    let norms: [LayerNormWeights]
    let output: PackedLinear
    let feedForward: [PackedLinear]

    init(
        _ loader: WeightLoader, names: WeightNames.Layer, configuration: EncoderConfiguration,
        precision: Precision
    ) throws(ModelError) {
        let (width, hidden) = (configuration.width, configuration.hiddenWidth)
        norms = [
            try loader.norm(names.norms[0], width: width, epsilon: configuration.epsilon),
            try loader.norm(names.norms[1], width: width, epsilon: configuration.epsilon),
        ]
        output = try loader.linear(
            [RowSlice(names.attentionOutput, rows: width)], suffixes: (".weight", ".bias"),
            inputs: width, precision: precision)
        feedForward = [
            try loader.linear(
                [RowSlice(names.feedForward[0], rows: hidden)], suffixes: (".weight", ".bias"),
                inputs: width, precision: precision),
            try loader.linear(
                [RowSlice(names.feedForward[1], rows: width)], suffixes: (".weight", ".bias"),
                inputs: hidden, precision: precision),
        ]
    }
}

extension WeightNames.Layer {
    /// The slices of queries (0), keys (1) and values (2), from three tensors or from one.
    func queryKeyValueSlices(_ parts: Range<Int>, width: Int) -> [RowSlice] {
        guard queryKeyValue.count == 1 else {
            return queryKeyValue[parts].map { RowSlice($0, rows: width) }
        }
        let rows = parts.lowerBound * width..<parts.upperBound * width
        return [RowSlice(queryKeyValue[0], rows, of: 3 * width)]
    }

    var queryKeyValueSuffix: (weight: String, bias: String?) {
        (queryKeyValueSuffixes[0], queryKeyValueSuffixes[1])
    }
}
