internal import CKernels
internal import VigilCore

/// Gradients of queries, keys and values: pointers to token 0, head 0, laid out as
/// ``AttentionInputs``.
package struct AttentionGradients {
    package var queries: UnsafeMutablePointer<Float>
    package var queryStride: Int
    package var keys: UnsafeMutablePointer<Float>
    package var values: UnsafeMutablePointer<Float>
    package var keyValueStride: Int

    package init(
        queries: UnsafeMutablePointer<Float>, queryStride: Int, keys: UnsafeMutablePointer<Float>,
        values: UnsafeMutablePointer<Float>, keyValueStride: Int
    ) {
        self.queries = queries
        self.queryStride = queryStride
        self.keys = keys
        self.values = values
        self.keyValueStride = keyValueStride
    }

    /// A fused product [tokens, 3 * width]: queries, keys, values side by side.
    package init(fused: UnsafeMutablePointer<Float>, width: Int) {
        self.init(
            queries: fused, queryStride: 3 * width, keys: fused + width,
            values: fused + 2 * width, keyValueStride: 3 * width)
    }
}

/// What training needs besides the forward operations. All fp32; no bit depends on the number of
/// threads.
extension Engine {
    /// What `slopes`, the gradient of an attention's outputs, makes of its inputs.
    ///
    /// - Parameters:
    ///   - inputs: as the forward call had them.
    ///   - slopes: [queries, shape.width], a row as the forward call wrote it.
    ///   - offsets: as the forward call had them.
    ///   - shape: without `causal`.
    ///   - gradients: overwritten.
    /// - Throws: ``TensorError/badShape(_:)``.
    package func attentionGradient(
        _ inputs: AttentionInputs, slopes: UnsafePointer<Float>,
        offsets: UnsafeBufferPointer<Int>, shape: AttentionShape, into gradients: AttentionGradients
    ) throws(TensorError) {
        guard let starts = offsets.baseAddress, offsets.count > 1, shape.heads > 0 else { return }
        var longest = 0
        for index in 1..<offsets.count {
            let length = starts[index] - starts[index - 1]
            guard length >= shape.leadingQueries ?? 0 else { throw .badShape("attention offsets") }
            longest = max(longest, length)
        }
        guard (1...Self.headWidthMax).contains(shape.headWidth), longest <= Self.sequenceMax,
            starts[0] == 0, !shape.causal
        else { throw .badShape("attention gradient") }
        try withScratch(2 * ((longest + 15) / 16 * 16) * 4) { scratch in
            let job = AttentionGradientJob(
                inputs: inputs, slopes: slopes, starts: starts, shape: shape,
                gradients: gradients, kernels: table, scratch: scratch)
            withUnsafePointer(to: job) { job in
                pool.run(count: (offsets.count - 1) * shape.heads, context: job) {
                    context, task, worker in
                    context.assumingMemoryBound(to: AttentionGradientJob.self).pointee
                        .run(task, worker)
                }
            }
        }
    }

    /// gradient += what `slopes`, the gradient of norm(x), makes of x.
    ///
    /// All three [rows, norm.width].
    package func layerNormGradient(
        _ x: UnsafePointer<Float>, norm: LayerNormWeights, slopes: UnsafePointer<Float>,
        into gradient: UnsafeMutablePointer<Float>, rows: Int
    ) {
        guard rows > 0 else { return }
        let job = NormGradientJob(
            x: x, slopes: slopes, gamma: norm.gamma, width: norm.width, epsilon: norm.epsilon,
            gradient: gradient, rows: rows, kernels: table)
        withUnsafePointer(to: job) { job in
            pool.run(
                count: (rows + NormGradientJob.step - 1) / NormGradientJob.step, context: job
            ) { context, task, _ in
                context.assumingMemoryBound(to: NormGradientJob.self).pointee.run(task)
            }
        }
    }

    /// gradient = slopes * activation'(x) over `count` elements; gradient may be slopes.
    package func activationGradient(
        _ x: UnsafePointer<Float>, slopes: UnsafePointer<Float>, _ activation: Activation,
        into gradient: UnsafeMutablePointer<Float>, count: Int
    ) {
        guard count > 0 else { return }
        let job = ActivationGradientJob(
            x: x, slopes: slopes, activation: activation.code, gradient: gradient, count: count,
            kernels: table)
        withUnsafePointer(to: job) { job in
            pool.run(
                count: (count + ActivationGradientJob.step - 1) / ActivationGradientJob.step,
                context: job
            ) { context, task, _ in
                context.assumingMemoryBound(to: ActivationGradientJob.self).pointee.run(task)
            }
        }
    }

    /// out += A^T B, the sum of the outer products of `rows` pairs of rows, in their order.
    ///
    /// - Parameters:
    ///   - a: [rows, height], rows `aStride` elements apart.
    ///   - b: [rows, width], rows `bStride` elements apart.
    ///   - out: [height, width].
    package func addOuterProducts(
        _ a: UnsafePointer<Float>, aStride: Int, height: Int, _ b: UnsafePointer<Float>,
        bStride: Int, width: Int, rows: Int, into out: UnsafeMutablePointer<Float>
    ) {
        guard rows > 0, height > 0, width > 0 else { return }
        let job = OuterSumJob(
            a: a, aStride: aStride, height: height, b: b, bStride: bStride, width: width,
            rows: rows, out: out, kernels: table)
        withUnsafePointer(to: job) { job in
            pool.run(
                count: (width + OuterSumJob.step - 1) / OuterSumJob.step, context: job
            ) { context, task, _ in
                context.assumingMemoryBound(to: OuterSumJob.self).pointee.run(task)
            }
        }
    }
}

private struct AttentionGradientJob {
    let inputs: AttentionInputs
    let slopes: UnsafePointer<Float>
    let starts: UnsafePointer<Int>
    let shape: AttentionShape
    let gradients: AttentionGradients
    let kernels: vigil_kernels
    let scratch: Scratch

    func run(_ task: Int, _ worker: Int) {
        let sequence = task / shape.heads
        let start = starts[sequence]
        let keys = starts[sequence + 1] - start
        let column = task % shape.heads * shape.headWidth
        let firstQuery = shape.leadingQueries.map { $0 * sequence } ?? start
        let query = firstQuery * inputs.queryStride + column
        let key = start * inputs.keyValueStride + column
        let keyGradient = start * gradients.keyValueStride + column
        var args = vigil_attention_gradient(
            q: inputs.queries + query, k: inputs.keys + key, v: inputs.values + key,
            q_stride: inputs.queryStride, kv_stride: inputs.keyValueStride,
            queries: shape.leadingQueries ?? keys, keys: keys, head_dim: shape.headWidth,
            scale: shape.scale, dout: slopes + firstQuery * shape.width + column,
            dout_stride: shape.width,
            dq: gradients.queries + firstQuery * gradients.queryStride + column,
            dq_stride: gradients.queryStride, dk: gradients.keys + keyGradient,
            dv: gradients.values + keyGradient, dkv_stride: gradients.keyValueStride,
            scratch: scratch.of(worker: worker).assumingMemoryBound(to: Float.self))
        kernels.attention_gradient(&args)
    }
}

private struct NormGradientJob {
    /// Rows of a task.
    static let step = 16

    let x: UnsafePointer<Float>
    let slopes: UnsafePointer<Float>
    let gamma: UnsafePointer<Float>
    let width: Int
    let epsilon: Float
    let gradient: UnsafeMutablePointer<Float>
    let rows: Int
    let kernels: vigil_kernels

    func run(_ task: Int) {
        let first = task * Self.step
        var args = vigil_norm_gradient(
            x: x + first * width, dy: slopes + first * width, gamma: gamma,
            rows: min(Self.step, rows - first), k: width, epsilon: epsilon,
            dx: gradient + first * width)
        kernels.norm_gradient(&args)
    }
}

private struct ActivationGradientJob {
    /// Elements of a task.
    static let step = 1 << 14

    let x: UnsafePointer<Float>
    let slopes: UnsafePointer<Float>
    let activation: vigil_activation
    let gradient: UnsafeMutablePointer<Float>
    let count: Int
    let kernels: vigil_kernels

    func run(_ task: Int) {
        let first = task * Self.step
        kernels.activation_gradient(
            x + first, slopes + first, min(Self.step, count - first), activation,
            gradient + first)
    }
}

private struct OuterSumJob {
    /// Columns of a task.
    static let step = 64

    let a: UnsafePointer<Float>
    let aStride: Int
    let height: Int
    let b: UnsafePointer<Float>
    let bStride: Int
    let width: Int
    let rows: Int
    let out: UnsafeMutablePointer<Float>
    let kernels: vigil_kernels

    func run(_ task: Int) {
        let first = task * Self.step
        var args = vigil_outer_sum(
            a: a, b: b + first, a_stride: aStride, b_stride: bStride, rows: rows, m: height,
            n: min(Self.step, width - first), out: out + first, out_stride: width)
        kernels.outer_sum(&args)
    }
}
