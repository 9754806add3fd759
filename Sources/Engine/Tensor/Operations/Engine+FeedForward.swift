internal import CKernels
internal import VigilCore

extension Engine {
    /// out = x + second(activation(first(norm(x)))), a transformer's feed-forward half, block of
    /// rows by block of rows, so that the hidden values never leave the cache.
    ///
    /// The bits are those of two calls of
    /// ``linear(_:xStride:norm:weights:epilogue:into:outStride:rows:)``.
    ///
    /// - Parameters:
    ///   - x: [rows, first.inputs].
    ///   - norm: over x's columns; nil: none (post-norm models).
    ///   - first: [hidden, width]; `second`: [width, hidden]; both of one precision.
    ///   - residual: added last; nil: none. Usually x.
    ///   - out: [rows, second.outputs]; may be x itself.
    package func feedForward(
        _ x: UnsafePointer<Float>, norm: LayerNormWeights?, first: PackedLinear,
        activation: Activation, second: PackedLinear, residual: UnsafePointer<Float>?,
        into out: UnsafeMutablePointer<Float>, rows: Int
    ) throws(TensorError) {
        guard rows > 0 else { return }
        guard first.precision == second.precision, supports(first.precision),
            first.outputs == second.inputs, norm.map({ $0.width == first.inputs }) ?? true
        else { throw .badShape("feed-forward") }
        let precision = first.precision
        let hiddenPlain = precision == .fp32 ? 0 : first.outputs * 4
        let rowBytes =
            RowBlock.lineBytes(precision, first.inputs)
            + RowBlock.lineBytes(precision, first.outputs) + hiddenPlain
        let plan = BlockPlan(
            rows: rows, rowBytes: rowBytes, columnUnits: 1,
            tileRows: precision.tileRows(table), threads: pool.threadCount, cacheBytes: cacheBytes)
        let epilogue = residual.map { LinearEpilogue(adding: $0) } ?? LinearEpilogue()
        let target = ProductTarget(second, epilogue, out: out)
        let bytes =
            RowBlock.byteCount(precision: precision, rows: plan.blockRows, columns: first.inputs)
            + RowBlock.byteCount(precision: precision, rows: plan.blockRows, columns: first.outputs)
            + plan.blockRows * hiddenPlain + target.weights.sumsBytes(rows: plan.blockRows)
        try withScratch(bytes) { scratch in
            let job = FeedForwardJob(
                x: x, norm: NormView(norm), first: LinearView(first), target: target,
                activation: activation.code, plan: plan, kernels: table, scratch: scratch)
            withUnsafePointer(to: job) { job in
                pool.run(count: plan.tasks, context: job) { context, task, worker in
                    context.assumingMemoryBound(to: FeedForwardJob.self).pointee.run(task, worker)
                }
            }
        }
    }
}

private struct FeedForwardJob {
    let x: UnsafePointer<Float>
    let norm: NormView?
    let first: LinearView
    let target: ProductTarget
    let activation: vigil_activation
    let plan: BlockPlan
    let kernels: vigil_kernels
    let scratch: Scratch

    func run(_ task: Int, _ worker: Int) {
        let rows = plan.rowRange(task)
        guard !rows.isEmpty else { return }
        let (width, hidden) = (first.layout.inputs, first.layout.outputs)
        let precision = first.layout.precision
        let block = RowBlock(
            precision: precision, rows: rows.count, columns: width, at: scratch.of(worker: worker))
        block.fill(
            from: x + rows.lowerBound * width, stride: width, norm: norm, kernels: kernels)
        let middle = RowBlock(
            precision: precision, rows: rows.count, columns: hidden, at: block.end)
        let panels = 0..<first.layout.panelCount
        if precision == .fp32 {
            // The product writes the next row block directly.
            let lines = middle.lines.assumingMemoryBound(to: Float.self)
            var product = first.product(block, panels: panels, c: lines, stride: 0)
            product.c_packed = 1
            product.activation = activation
            first.run(&product, kernels: kernels)
        } else {
            let plain = middle.end.assumingMemoryBound(to: Float.self)
            var product = first.product(block, panels: panels, c: plain, stride: hidden)
            product.activation = activation
            first.run(&product, kernels: kernels)
            middle.fill(from: plain, stride: hidden, norm: nil, kernels: kernels)
        }
        var product = target.product(middle, row: rows.lowerBound)
        target.weights.runInPasses(&product, sums: middle.end, kernels: kernels)
    }
}
