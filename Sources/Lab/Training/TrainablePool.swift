internal import FoundationModel
internal import Tensor

/// SigLIP's pooling, as ``AttentionPool``, that remembers what its gradient needs. Its weights stay
/// as they are.
final class TrainablePool {
    private let norm: LayerNormWeights
    /// The probe's query, a row of it for each sequence.
    private let queries: FloatBuffer
    private let keyValue: AdaptedLinear
    private let output: AdaptedLinear
    private let feedForward: TrainableFeedForward
    private let attention: AttentionShape
    private let width: Int
    private let engine: Engine
    private let entered: FloatBuffer
    private let normed: FloatBuffer
    private let fused: FloatBuffer
    private let mixed: FloatBuffer

    /// - Parameter norm: prefix of the tower's last norm.
    init(
        _ tail: TailLoader, names: AttentionPoolNames, norm: String,
        configuration: EncoderConfiguration
    ) throws(ModelError) {
        let width = configuration.width
        self.width = width
        engine = tail.engine
        self.norm = try tail.norm(norm, configuration)
        var frozen: ParameterLayout?
        let fusedSuffixes = (
            weight: names.queryKeyValueSuffixes[0],
            bias: names.queryKeyValueSuffixes[1] as String?
        )
        keyValue = try tail.linear(
            [RowSlice(names.queryKeyValue, width..<3 * width, of: 3 * width)],
            suffixes: fusedSuffixes, inputs: width, layout: &frozen)
        output = try tail.linear(
            [RowSlice(names.output, rows: width)], suffixes: (".weight", ".bias"), inputs: width,
            layout: &frozen)
        feedForward = try TrainableFeedForward(
            tail, norm: names.norm, names: names.feedForward, configuration: configuration,
            rows: tail.sequences, layout: &frozen)
        attention = AttentionShape(
            heads: configuration.heads, headWidth: configuration.headWidth, leadingQueries: 1)
        let query = try tail.loader.probeQuery(names, width: width)
        queries = try tail.floats(tail.sequences * width)
        for sequence in 0..<tail.sequences {
            (queries.base + sequence * width).update(from: query.base, count: width)
        }
        entered = try tail.floats(tail.rows * width)
        normed = try tail.floats(tail.rows * width)
        fused = try tail.floats(tail.rows * 2 * width)
        mixed = try tail.floats(tail.sequences * width)
    }

    private var inputs: AttentionInputs {
        AttentionInputs(
            queries: queries.base, queryStride: width, keys: fused.base,
            values: fused.base + width, keyValueStride: 2 * width)
    }

    /// Pools [rows, width] in place: the first rows of x are then the sequences' vectors.
    func run(
        _ x: UnsafeMutablePointer<Float>, offsets: UnsafeBufferPointer<Int>, memory: TailScratch
    ) throws(TensorError) {
        let count = offsets.count - 1
        let rows = offsets[count]
        entered.base.update(from: x, count: rows * width)
        engine.layerNorm(x, norm: norm, into: normed.base, rows: rows)
        try keyValue.run(normed.base, into: fused.base, between: memory.rank.base, rows: rows)
        try engine.attention(inputs, offsets: offsets, shape: attention, into: mixed.base)
        try output.run(mixed.base, into: x, between: memory.rank.base, rows: count)
        try feedForward.run(x, rows: count, scratch: memory.normed.base)
    }

    /// Turns the gradient of the sequences' vectors, [sequences, width], into that of the tokens,
    /// [rows, width], in place.
    func gradient(
        _ slopes: UnsafeMutablePointer<Float>, offsets: UnsafeBufferPointer<Int>,
        memory: TailScratch, gradient: UnsafeMutablePointer<Float>
    ) throws(TensorError) {
        let count = offsets.count - 1
        let rows = offsets[count]
        try feedForward.gradient(slopes, rows: count, memory: memory, gradient: gradient)
        try output.gradient(
            slopes, x: mixed.base, between: memory.rank.base, scratch: memory.rank.base,
            into: memory.mixed.base, gradient: gradient, rows: count)
        let keySlopes = memory.fused.base
        try engine.attentionGradient(
            inputs, slopes: memory.mixed.base, offsets: offsets, shape: attention,
            into: AttentionGradients(
                queries: memory.queries.base, queryStride: width, keys: keySlopes,
                values: keySlopes + width, keyValueStride: 2 * width))
        try keyValue.gradient(
            keySlopes, x: normed.base, between: memory.rank.base, scratch: memory.rank.base,
            into: memory.normed.base, gradient: gradient, rows: rows)
        slopes.update(repeating: 0, count: rows * width)
        engine.layerNormGradient(
            entered.base, norm: norm, slopes: memory.normed.base, into: slopes, rows: rows)
    }
}
