internal import CKernels
internal import Synchronization
internal import VigilCore

extension Engine {
    /// out = activation(norm(x) W^T + bias) + residual.
    ///
    /// - Parameters:
    ///   - x: [rows, weights.inputs], rows `xStride` elements apart.
    ///   - xStride: nil: `weights.inputs`.
    ///   - norm: a LayerNorm over x's columns on the way, fused with packing and quantising; nil:
    ///     none.
    ///   - weights: packed for a precision that ``supports(_:)``.
    ///   - out: [rows, outputs], rows `outStride` elements apart. May be the epilogue's residual;
    ///     must not overlap x otherwise.
    ///   - outStride: nil: `weights.outputs`.
    ///   - rows: 0 or more.
    package func linear(
        _ x: UnsafePointer<Float>, xStride: Int? = nil, norm: LayerNormWeights? = nil,
        weights: PackedLinear, epilogue: LinearEpilogue = LinearEpilogue(),
        into out: UnsafeMutablePointer<Float>, outStride: Int? = nil, rows: Int
    ) throws(TensorError) {
        guard rows > 0 else { return }
        guard norm.map({ $0.width == weights.inputs }) ?? true, supports(weights.precision) else {
            throw .badShape("linear")
        }
        let target = ProductTarget(weights, epilogue, out: out, stride: outStride)
        let rowBytes = RowBlock.lineBytes(weights.precision, weights.inputs)
        let plan = BlockPlan(
            rows: rows, rowBytes: rowBytes,
            columnUnits: max(1, target.weights.layout.panelCount / 2),
            tileRows: weights.precision.tileRows(table), threads: pool.threadCount,
            cacheBytes: cacheBytes)
        let bytes = RowBlock.byteCount(
            precision: weights.precision, rows: plan.blockRows, columns: weights.inputs)
        try withScratch(bytes) { scratch in
            let job = LinearJob(
                x: x, xStride: xStride ?? weights.inputs, norm: NormView(norm), target: target,
                plan: plan, kernels: table, scratch: scratch)
            withUnsafePointer(to: job) { job in
                pool.run(count: plan.tasks, context: job) { context, task, worker in
                    context.assumingMemoryBound(to: LinearJob.self).pointee.run(task, worker)
                }
            }
        }
    }

    /// Runs `body` in this engine's turn with scratch for every worker.
    func withScratch(_ bytes: Int, _ body: (Scratch) -> Void) throws(TensorError) {
        let granted = turn.withLock { _ in
            guard let scratch = scratch(bytesPerWorker: bytes) else { return false }
            body(scratch)
            return true
        }
        if !granted { throw .outOfMemory(bytes: bytes) }
    }
}

private struct LinearJob {
    let x: UnsafePointer<Float>
    let xStride: Int
    let norm: NormView?
    let target: ProductTarget
    let plan: BlockPlan
    let kernels: vigil_kernels
    let scratch: Scratch

    func run(_ task: Int, _ worker: Int) {
        let rows = plan.rowRange(task / plan.chunks)
        guard !rows.isEmpty else { return }
        let weights = target.weights
        let block = RowBlock(
            precision: weights.layout.precision, rows: rows.count, columns: weights.layout.inputs,
            at: scratch.of(worker: worker))
        block.fill(
            from: x + rows.lowerBound * xStride, stride: xStride, norm: norm, kernels: kernels)
        // Chunks are cut between pairs of panels, the width of a tile.
        let pairs = plan.range(task % plan.chunks, of: (weights.layout.panelCount + 1) / 2)
        let first = pairs.lowerBound * 2
        let last = min(pairs.upperBound * 2, weights.layout.panelCount)
        var product = target.product(block, panels: first..<last, row: rows.lowerBound)
        weights.run(&product, kernels: kernels)
    }
}
