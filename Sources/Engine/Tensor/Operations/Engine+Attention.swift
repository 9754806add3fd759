internal import CKernels
internal import VigilCore

/// The shape of a multi-head attention.
package struct AttentionShape: Sendable, Hashable {
    /// Heads.
    package var heads: Int
    /// Columns of a head.
    package var headWidth: Int
    /// Whether a token sees itself and what is before it, and nothing after.
    package var causal: Bool
    /// Multiplies the scores; 1 / sqrt(headWidth) as a rule.
    package var scale: Float
    /// How many of the first tokens of each sequence are queries; nil: all. The last layer of a
    /// model that pools the class token needs one. Not with `causal`.
    package var leadingQueries: Int?
    /// The arithmetic: with ``Precision/int8``, exact sums of 12-bit queries and keys and of 10-bit
    /// values; else float32.
    package var precision: Precision

    package init(
        heads: Int, headWidth: Int, causal: Bool = false, leadingQueries: Int? = nil,
        precision: Precision = .fp32
    ) {
        self.heads = heads
        self.headWidth = headWidth
        self.causal = causal
        scale = 1 / Float(max(headWidth, 1)).squareRoot()
        self.leadingQueries = leadingQueries
        self.precision = precision
    }

    /// Columns of all heads.
    package var width: Int { heads * headWidth }
}

/// Queries, keys and values of all tokens: pointers to token 0, head 0.
package struct AttentionInputs {
    package var queries: UnsafePointer<Float>
    package var queryStride: Int
    package var keys: UnsafePointer<Float>
    package var values: UnsafePointer<Float>
    package var keyValueStride: Int

    /// Three separate matrices; keys and values have one stride. With `leadingQueries` = q, row s *
    /// q + i of `queries` is query i of sequence s.
    package init(
        queries: UnsafePointer<Float>, queryStride: Int, keys: UnsafePointer<Float>,
        values: UnsafePointer<Float>, keyValueStride: Int
    ) {
        self.queries = queries
        self.queryStride = queryStride
        self.keys = keys
        self.values = values
        self.keyValueStride = keyValueStride
    }

    /// A fused product [tokens, 3 * width]: queries, keys, values side by side.
    package init(fused: UnsafePointer<Float>, width: Int) {
        self.init(
            queries: fused, queryStride: 3 * width, keys: fused + width,
            values: fused + 2 * width, keyValueStride: 3 * width)
    }
}

extension Engine {
    /// Multi-head attention over ragged sequences: out = softmax(scale * Q K^T) V for each head of
    /// each sequence. Scores are never materialised beyond one tile of rows.
    ///
    /// - Parameters:
    ///   - inputs: see ``AttentionInputs``.
    ///   - offsets: sequence s has tokens `offsets[s]..<offsets[s + 1]`; ascending, from 0.
    ///   - out: [queries, shape.width], one row a query: a row a token, or
    ///     `shape.leadingQueries` rows a sequence.
    /// - Throws: ``TensorError/badShape(_:)`` for offsets that do not ascend, or a sequence shorter
    ///   than `leadingQueries`.
    package func attention(
        _ inputs: AttentionInputs, offsets: UnsafeBufferPointer<Int>, shape: AttentionShape,
        into out: UnsafeMutablePointer<Float>
    ) throws(TensorError) {
        guard let starts = offsets.baseAddress, offsets.count > 1, shape.heads > 0 else { return }
        var longest = 0
        for index in 1..<offsets.count {
            let length = starts[index] - starts[index - 1]
            guard length >= shape.leadingQueries ?? 0 else { throw .badShape("attention offsets") }
            longest = max(longest, length)
        }
        guard (1...Self.headWidthMax).contains(shape.headWidth), longest <= Self.sequenceMax,
            starts[0] == 0,
            shape.leadingQueries == nil || !shape.causal
        else { throw .badShape("attention") }
        try withScratch(vigil_attention_scratch_bytes(longest, shape.headWidth)) { scratch in
            let tasks = (offsets.count - 1) * shape.heads
            let job = AttentionJob(
                inputs: inputs, starts: starts, shape: shape, out: out, kernels: table,
                scratch: scratch, tasks: tasks, threads: pool.threadCount)
            withUnsafePointer(to: job) { job in
                pool.run(count: tasks, context: job) { context, task, worker in
                    context.assumingMemoryBound(to: AttentionJob.self).pointee.run(task, worker)
                }
            }
        }
    }

    /// The widest head: 12-bit sums stay inside int32.
    package static let headWidthMax = 512

    /// The longest sequence that attention takes.
    package static let sequenceMax = 1 << 16
}

private struct AttentionJob {
    let inputs: AttentionInputs
    let starts: UnsafePointer<Int>
    let shape: AttentionShape
    let out: UnsafeMutablePointer<Float>
    let kernels: vigil_kernels
    let scratch: Scratch
    let tasks: Int
    let threads: Int

    func run(_ task: Int, _ worker: Int) {
        let head = Head(task: task, job: self)
        guard head.keys > 0 else { return }
        var args = vigil_attention(
            q: head.q, k: head.k, v: head.v, q_stride: inputs.queryStride,
            kv_stride: inputs.keyValueStride, queries: head.queries, keys: head.keys,
            head_dim: shape.headWidth, scale: shape.scale, causal: shape.causal ? 1 : 0,
            out: out + head.firstQuery * shape.width + head.column, out_stride: shape.width,
            scratch: scratch.of(worker: worker), next: (nil, nil, nil), next_rows: 0)
        if task + threads < tasks {
            let next = Head(task: task + threads, job: self)
            // Single queries are not worth a fetch.
            args.next = (shape.leadingQueries == nil ? next.q : nil, next.k, next.v)
            args.next_rows = next.keys
        }
        if shape.precision == .int8 {
            kernels.attention_s16(&args)
        } else {
            kernels.attention_f32(&args)
        }
    }

    /// Where one head of one sequence lies.
    private struct Head {
        let keys: Int
        let queries: Int
        let firstQuery: Int
        let column: Int
        let q: UnsafePointer<Float>
        let k: UnsafePointer<Float>
        let v: UnsafePointer<Float>

        init(task: Int, job: borrowing AttentionJob) {
            let shape = job.shape
            let sequence = task / shape.heads
            let start = job.starts[sequence]
            keys = job.starts[sequence + 1] - start
            column = task % shape.heads * shape.headWidth
            queries = shape.leadingQueries ?? keys
            firstQuery = shape.leadingQueries.map { $0 * sequence } ?? start
            q = job.inputs.queries + firstQuery * job.inputs.queryStride + column
            k = job.inputs.keys + start * job.inputs.keyValueStride + column
            v = job.inputs.values + start * job.inputs.keyValueStride + column
        }
    }
}
