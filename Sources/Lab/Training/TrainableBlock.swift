internal import FoundationModel
internal import Tensor

/// One transformer layer of a vision tower, as ``TransformerBlock``, that remembers what its
/// gradient needs. All its matrices have additions.
final class TrainableBlock {
    /// Whether all that comes after attention is done for the first token of each sequence alone:
    /// the last layer of a tower that pools it.
    private let isPooled: Bool
    private let norm: LayerNormWeights
    private let queryKeyValue: AdaptedLinear
    private let output: AdaptedLinear
    private let feedForward: TrainableFeedForward
    private let attention: AttentionShape
    private let width: Int
    private let engine: Engine
    private let entered: FloatBuffer
    private let normed: FloatBuffer
    private let fused: FloatBuffer
    private let mixed: FloatBuffer
    /// Queries of the pooled tokens, [sequences, width].
    private let queries: FloatBuffer
    private let between: (FloatBuffer, FloatBuffer)

    init(
        _ tail: TailLoader, names: WeightNames.Layer, configuration: EncoderConfiguration,
        isPooled: Bool, layout: inout ParameterLayout?
    ) throws(ModelError) {
        let (rows, width) = (tail.rows, configuration.width)
        self.isPooled = isPooled
        self.width = width
        engine = tail.engine
        norm = try tail.norm(names.norms[0], configuration)
        queryKeyValue = try tail.linear(
            names.queryKeyValueSlices(0..<3, width: width),
            suffixes: names.queryKeyValueSuffix(configuration), inputs: width, layout: &layout)
        var factors: FloatBuffer?
        if let scale = names.scales.first {
            factors = try tail.loader.floats(scale, shape: [width])
        }
        output = try tail.linear(
            [RowSlice(names.attentionOutput, rows: width)], suffixes: (".weight", ".bias"),
            inputs: width, factors: factors, layout: &layout)
        feedForward = try TrainableFeedForward(
            tail, norm: names.norms[1], names: names.feedForward, scale: names.scales.last,
            configuration: configuration, rows: isPooled ? tail.sequences : rows, layout: &layout)
        attention = AttentionShape(
            heads: configuration.heads, headWidth: configuration.headWidth,
            leadingQueries: isPooled ? 1 : nil)
        entered = try tail.floats(rows * width)
        normed = try tail.floats(rows * width)
        fused = try tail.floats(rows * 3 * width)
        mixed = try tail.floats(rows * width)
        queries = try tail.floats(tail.sequences * width)
        between = (
            try tail.floats(rows * queryKeyValue.rank), try tail.floats(rows * output.rank)
        )
    }

    /// The matrices, for what is done to each.
    var matrices: [AdaptedLinear] { [queryKeyValue, output] + feedForward.matrices }

    /// Where queries, keys and values lie.
    private var inputs: AttentionInputs {
        guard isPooled else { return AttentionInputs(fused: fused.base, width: width) }
        return AttentionInputs(
            queries: queries.base, queryStride: width, keys: fused.base + width,
            values: fused.base + 2 * width, keyValueStride: 3 * width)
    }

    /// Runs in place; of a pooled layer the first rows of x are then the sequences' tokens.
    /// - Parameters:
    ///   - x: [rows, width].
    ///   - offsets: where each sequence begins, and the end.
    func run(
        _ x: UnsafeMutablePointer<Float>, offsets: UnsafeBufferPointer<Int>, memory: TailScratch
    ) throws(TensorError) {
        let count = offsets.count - 1
        let rows = offsets[count]
        entered.base.update(from: x, count: rows * width)
        engine.layerNorm(x, norm: norm, into: normed.base, rows: rows)
        try queryKeyValue.run(normed.base, into: fused.base, between: between.0.base, rows: rows)
        if isPooled {
            for sequence in 0..<count {
                let first = offsets[sequence]
                (queries.base + sequence * width).update(
                    from: fused.base + first * 3 * width, count: width)
                (x + sequence * width).update(from: entered.base + first * width, count: width)
            }
        }
        let left = isPooled ? count : rows
        try engine.attention(inputs, offsets: offsets, shape: attention, into: mixed.base)
        try output.run(
            mixed.base, into: memory.normed.base, between: between.1.base, rows: left)
        engine.add(x, memory.normed.base, into: x, count: left * width)
        try feedForward.run(x, rows: left, scratch: memory.normed.base)
    }

    /// Turns the gradient of what went out into that of what came in.
    /// - Parameters:
    ///   - slopes: [rows, width], in place; of a pooled layer on entry the sequences' tokens.
    ///   - isFirst: nobody asks for the gradient of what came in.
    func gradient(
        _ slopes: UnsafeMutablePointer<Float>, offsets: UnsafeBufferPointer<Int>, isFirst: Bool,
        memory: TailScratch, gradient: UnsafeMutablePointer<Float>
    ) throws(TensorError) {
        let count = offsets.count - 1
        let rows = offsets[count]
        let left = isPooled ? count : rows
        try feedForward.gradient(slopes, rows: left, memory: memory, gradient: gradient)
        try output.gradient(
            slopes, x: mixed.base, between: between.1.base, scratch: memory.rank.base,
            into: memory.mixed.base, gradient: gradient, rows: left)
        let fusedSlopes = memory.fused.base
        var gradients = AttentionGradients(fused: fusedSlopes, width: width)
        if isPooled {
            gradients.queries = memory.queries.base
            gradients.queryStride = width
        }
        try engine.attentionGradient(
            inputs, slopes: memory.mixed.base, offsets: offsets, shape: attention,
            into: gradients)
        if isPooled { spread(slopes, offsets, memory: memory) }
        try queryKeyValue.gradient(
            fusedSlopes, x: normed.base, between: between.0.base, scratch: memory.rank.base,
            into: isFirst ? nil : memory.normed.base, gradient: gradient, rows: rows)
        guard !isFirst else { return }
        engine.layerNormGradient(
            entered.base, norm: norm, slopes: memory.normed.base, into: slopes, rows: rows)
    }

    /// Puts what belongs to the sequences' tokens into their rows, and zeros into all others.
    private func spread(
        _ slopes: UnsafeMutablePointer<Float>, _ offsets: UnsafeBufferPointer<Int>,
        memory: TailScratch
    ) {
        let count = offsets.count - 1
        // From the last on, so that no row is overwritten before it is moved.
        for sequence in (0..<count).reversed() {
            let first = offsets[sequence]
            for row in first..<offsets[sequence + 1] {
                (memory.fused.base + row * 3 * width).update(repeating: 0, count: width)
            }
            (memory.fused.base + first * 3 * width).update(
                from: memory.queries.base + sequence * width, count: width)
            if first != sequence {
                (slopes + first * width).update(from: slopes + sequence * width, count: width)
            }
            (slopes + (first + 1) * width).update(
                repeating: 0, count: (offsets[sequence + 1] - first - 1) * width)
        }
    }
}
