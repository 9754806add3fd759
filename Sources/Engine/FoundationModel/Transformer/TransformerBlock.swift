internal import Tensor

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

    /// Runs the layer in place on `activations.x`.
    func run(_ activations: Activations, engine: Engine) throws(TensorError) {
        let (x, rows) = (activations.x, activations.rows)
        try engine.linear(
            x, norm: halves.normBefore(0), weights: queryKeyValue, into: activations.fused,
            rows: rows)
        try engine.attention(
            AttentionInputs(fused: activations.fused, width: attention.width),
            offsets: activations.offsets, shape: attention, into: activations.mixed)
        try halves.finish(x, rows: rows, activations, engine: engine)
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

    /// Runs the layer on `activations.x` and leaves the result in `activations.pooled`, whose rows
    /// are the pooled tokens of `x`.
    func run(_ activations: Activations, engine: Engine) throws(TensorError) {
        let (pooled, count) = (activations.pooled, activations.sequences)
        try engine.linear(
            activations.x, norm: halves.normBefore(0), weights: keyValue, into: activations.fused,
            rows: activations.rows)
        try engine.linear(
            pooled, norm: halves.normBefore(0), weights: query, into: activations.pooledQuery,
            rows: count)
        try engine.attention(
            AttentionInputs(
                queries: activations.pooledQuery, queryStride: attention.width,
                keys: activations.fused, values: activations.fused + attention.width,
                keyValueStride: 2 * attention.width),
            offsets: activations.offsets, shape: attention, into: activations.mixed)
        try halves.finish(pooled, rows: count, activations, engine: engine)
    }
}

/// What both kinds of layer have alike: all that comes after attention.
private struct BlockHalves {
    private let norms: [LayerNormWeights]
    private let normPlace: EncoderConfiguration.NormPlace
    private let output: PackedLinear
    private let feedForward: FeedForward

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
        feedForward = try FeedForward(
            loader, names: names.feedForward, scale: names.scales.last,
            configuration: configuration, precision: precision)
    }

    func normBefore(_ half: Int) -> LayerNormWeights? {
        normPlace == .before ? norms[half] : nil
    }

    /// Carries on from attention's result in `activations.mixed`; `x`, [rows, width], is the
    /// residual stream and gets the result.
    func finish(
        _ x: UnsafeMutablePointer<Float>, rows: Int, _ activations: Activations, engine: Engine
    ) throws(TensorError) {
        try engine.linear(
            activations.mixed, weights: output, epilogue: LinearEpilogue(adding: x), into: x,
            rows: rows)
        if normPlace == .after { engine.layerNorm(x, norm: norms[0], into: x, rows: rows) }
        try feedForward.run(
            x, norm: normBefore(1), rows: rows, scratch: activations.fused, engine: engine)
        if normPlace == .after { engine.layerNorm(x, norm: norms[1], into: x, rows: rows) }
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
