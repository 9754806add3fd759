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
    private let memory: Memory

    /// What a pass leaves for the gradient, [rows, width] each but for what says otherwise.
    private struct Memory {
        /// What came in, and its norm.
        let entered: FloatBuffer
        let normed: FloatBuffer
        /// Queries, keys and values, [rows, 3 * width].
        let fused: FloatBuffer
        /// What attention gave.
        let mixed: FloatBuffer
        /// Queries of the pooled tokens, [sequences, width].
        let queries: FloatBuffer
        /// Between the two matrices of each addition.
        let between: (FloatBuffer, FloatBuffer)

        init(_ tail: TailLoader, width: Int, ranks: (Int, Int)) throws(ModelError) {
            let rows = tail.rows
            entered = try tail.floats(rows * width)
            normed = try tail.floats(rows * width)
            fused = try tail.floats(rows * 3 * width)
            mixed = try tail.floats(rows * width)
            queries = try tail.floats(tail.sequences * width)
            between = (try tail.floats(rows * ranks.0), try tail.floats(rows * ranks.1))
        }
    }

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
        memory = try Memory(tail, width: width, ranks: (queryKeyValue.rank, output.rank))
    }

    /// The matrices, for what is done to each.
    var matrices: [AdaptedLinear] { [queryKeyValue, output] + feedForward.matrices }

    /// Where queries, keys and values lie.
    private var inputs: AttentionInputs {
        guard isPooled else { return AttentionInputs(fused: memory.fused.base, width: width) }
        return AttentionInputs(
            queries: memory.queries.base, queryStride: width, keys: memory.fused.base + width,
            values: memory.fused.base + 2 * width, keyValueStride: 3 * width)
    }

    /// Runs in place; of a pooled layer the first rows of x are then the sequences' tokens.
    /// - Parameters:
    ///   - x: [rows, width].
    ///   - offsets: where each sequence begins, and the end.
    func run(
        _ x: UnsafeMutablePointer<Float>, offsets: UnsafeBufferPointer<Int>,
        memory scratch: TailScratch
    ) throws(TensorError) {
        let count = offsets.count - 1
        let rows = offsets[count]
        memory.entered.base.update(from: x, count: rows * width)
        engine.layerNorm(x, norm: norm, into: memory.normed.base, rows: rows)
        try queryKeyValue.run(
            memory.normed.base, into: memory.fused.base, between: memory.between.0.base, rows: rows)
        if isPooled {
            for sequence in 0..<count {
                let first = offsets[sequence]
                (memory.queries.base + sequence * width).update(
                    from: memory.fused.base + first * 3 * width, count: width)
                (x + sequence * width).update(
                    from: memory.entered.base + first * width, count: width)
            }
        }
        let left = isPooled ? count : rows
        try engine.attention(inputs, offsets: offsets, shape: attention, into: memory.mixed.base)
        try output.run(
            memory.mixed.base, into: scratch.normed.base, between: memory.between.1.base, rows: left
        )
        engine.add(x, scratch.normed.base, into: x, count: left * width)
        try feedForward.run(x, rows: left, scratch: scratch.normed.base)
    }

    /// Turns the gradient of what went out into that of what came in.
    /// - Parameters:
    ///   - slopes: [rows, width], in place; of a pooled layer on entry the sequences' tokens.
    ///   - isFirst: nobody asks for the gradient of what came in.
    func gradient(
        _ slopes: UnsafeMutablePointer<Float>, offsets: UnsafeBufferPointer<Int>, isFirst: Bool,
        memory scratch: TailScratch, gradient: UnsafeMutablePointer<Float>
    ) throws(TensorError) {
        let count = offsets.count - 1
        let rows = offsets[count]
        let left = isPooled ? count : rows
        try feedForward.gradient(slopes, rows: left, memory: scratch, gradient: gradient)
        try output.gradient(
            slopes, x: memory.mixed.base, between: memory.between.1.base,
            scratch: scratch.rank.base,
            into: scratch.mixed.base, gradient: gradient, rows: left)
        let fusedSlopes = scratch.fused.base
        var gradients = AttentionGradients(fused: fusedSlopes, width: width)
        if isPooled {
            gradients.queries = scratch.queries.base
            gradients.queryStride = width
        }
        try engine.attentionGradient(
            inputs, slopes: scratch.mixed.base, offsets: offsets, shape: attention,
            into: gradients)
        if isPooled { spread(slopes, offsets, memory: scratch) }
        try queryKeyValue.gradient(
            fusedSlopes, x: memory.normed.base, between: memory.between.0.base,
            scratch: scratch.rank.base,
            into: isFirst ? nil : scratch.normed.base, gradient: gradient, rows: rows)
        guard !isFirst else { return }
        engine.layerNormGradient(
            memory.entered.base, norm: norm, slopes: scratch.normed.base, into: slopes, rows: rows)
    }

    /// Puts what belongs to the sequences' tokens into their rows, and zeros into all others.
    private func spread(
        _ slopes: UnsafeMutablePointer<Float>, _ offsets: UnsafeBufferPointer<Int>,
        memory scratch: TailScratch
    ) {
        let count = offsets.count - 1
        // From the last on, so that no row is overwritten before it is moved.
        for sequence in (0..<count).reversed() {
            let first = offsets[sequence]
            for row in first..<offsets[sequence + 1] {
                (scratch.fused.base + row * 3 * width).update(repeating: 0, count: width)
            }
            (scratch.fused.base + first * 3 * width).update(
                from: scratch.queries.base + sequence * width, count: width)
            if first != sequence {
                (slopes + first * width).update(from: slopes + sequence * width, count: width)
            }
            (slopes + (first + 1) * width).update(
                repeating: 0, count: (offsets[sequence + 1] - first - 1) * width)
        }
    }
}
