internal import Tensor

/// SigLIP's pooling: one learnt query attends to all tokens of a sequence, and a feed-forward half
/// follows.
///
///     pooled = output(attention(query(probe), keyValue(norm(x))))     x: [rows, width] f32
///     pooled += second(activation(first(norm2(pooled))))
struct AttentionPool: Sendable {
    /// The probe's query, [width]; the same for every image.
    private let query: FloatBuffer
    private let keyValue: PackedLinear
    let output: PackedLinear
    private let norm: LayerNormWeights
    private let feedForward: FeedForward
    private let attention: AttentionShape

    init(
        _ loader: WeightLoader, names: AttentionPoolNames, configuration: EncoderConfiguration,
        precision: Precision
    ) throws(ModelError) {
        let width = configuration.width
        let fused = names.queryKeyValueSuffixes
        query = try loader.probeQuery(names, width: width)
        keyValue = try loader.linear(
            [RowSlice(names.queryKeyValue, width..<3 * width, of: 3 * width)],
            suffixes: (fused[0], fused[1]), inputs: width, precision: precision)
        output = try loader.linear(
            [RowSlice(names.output, rows: width)], suffixes: (".weight", ".bias"), inputs: width,
            precision: precision)
        norm = try loader.norm(names.norm, width: width, epsilon: configuration.epsilon)
        feedForward = try FeedForward(
            loader, names: names.feedForward, configuration: configuration, precision: precision)
        attention = AttentionShape(
            heads: configuration.heads, headWidth: configuration.headWidth, leadingQueries: 1,
            precision: precision)
    }

    /// Pools `activations.x` into `activations.pooled`.
    /// - Parameters:
    ///   - norm: of x, the tower's last.
    ///   - afterAttention: told before the feed-forward half.
    func run(
        _ activations: Activations, norm lastNorm: LayerNormWeights, engine: Engine,
        afterAttention: ((AttentionMoment) -> Void)? = nil
    ) throws(TensorError) {
        let (pooled, count) = (activations.pooled, activations.sequences)
        let width = attention.width
        for sequence in 0..<count {
            (activations.pooledQuery + sequence * width).update(from: query.base, count: width)
        }
        try engine.linear(
            activations.x, norm: lastNorm, weights: keyValue, into: activations.fused,
            rows: activations.rows)
        let inputs = AttentionInputs(
            queries: activations.pooledQuery, queryStride: width, keys: activations.fused,
            values: activations.fused + width, keyValueStride: 2 * width)
        try engine.attention(
            inputs, offsets: activations.offsets, shape: attention, into: activations.mixed)
        try engine.linear(activations.mixed, weights: output, into: pooled, rows: count)
        afterAttention?(
            AttentionMoment(inputs: inputs, shape: attention, stream: pooled, isPooled: true))
        try feedForward.run(
            pooled, norm: norm, rows: count, scratch: activations.fused, engine: engine)
    }
}

extension WeightLoader {
    /// The probe's query in double precision, once for all images.
    package func probeQuery(
        _ names: AttentionPoolNames, width: Int
    ) throws(ModelError) -> FloatBuffer {
        let probe = try floats(names.probe, shape: [1, 1, width])
        let (weight, bias) = (names.queryKeyValueSuffixes[0], names.queryKeyValueSuffixes[1])
        let weights = try floats(names.queryKeyValue + weight, shape: [3 * width, width])
        let biases = try floats(names.queryKeyValue + bias, shape: [3 * width])
        let query = try ModelError.running { () throws(TensorError) in
            try FloatBuffer(count: width)
        }
        for row in 0..<width {
            var sum = Double(biases.elements[row])
            for column in 0..<width {
                sum +=
                    Double(weights.elements[row * width + column])
                    * Double(probe.elements[column])
            }
            query.elements[row] = Float(sum)
        }
        return query
    }
}
