internal import CKernels
internal import VigilCore

/// Images for a window: [images, depth, height, width, channels] float32.
package struct WindowInput {
    /// Channel 0 of the first position.
    package var x: UnsafePointer<Float>
    /// Elements from position to position; nil: as many as channels.
    package var stride: Int?
    /// What each channel goes through first; nil: nothing. Padding is 0 behind it. Convolutions
    /// only.
    package var scale: ChannelScale?

    /// Images, borrowed for the call.
    package init(_ x: UnsafePointer<Float>, stride: Int? = nil, scale: ChannelScale? = nil) {
        self.x = x
        self.stride = stride
        self.scale = scale
    }
}

extension Engine {
    /// Convolution: out = activation(window * W^T + bias) + residual for a range of positions, or
    /// with ``Activation/relu`` max(0, window * W^T + bias + residual).
    ///
    /// It is a matrix product whose left side is made block by block in the workers' scratch, and
    /// never as a whole. A position's bits do not depend on the range, the batch or the threads.
    ///
    /// - Parameters:
    ///   - input: the images.
    ///   - window: its ``WindowShape/inputs`` are the weights'.
    ///   - weights: [outputs, kernel depth, height, width, channels], packed.
    ///   - positions: which output positions, of all images, image by image.
    ///   - out: [positions, outputs], rows `outStride` elements apart (nil: outputs). May be the
    ///     epilogue's residual; must not overlap the input's positions otherwise, but for channels
    ///     that the window does not read.
    package func convolve(
        _ input: WindowInput, window: WindowShape, weights: PackedLinear,
        epilogue: LinearEpilogue = LinearEpilogue(), positions: Range<Int>,
        into out: UnsafeMutablePointer<Float>, outStride: Int? = nil
    ) throws(TensorError) {
        guard !positions.isEmpty else { return }
        guard window.inputs == weights.inputs, supports(weights.precision),
            positions.lowerBound >= 0, input.scale.map({ $0.count == window.channels }) ?? true
        else { throw .badShape("convolution") }
        let target = ProductTarget(weights, epilogue, out: out, stride: outStride)
        let precision = weights.precision
        // Rows of a row block that is made in another precision are made plain first.
        let plainBytes = precision == .fp32 ? 0 : window.inputs * 4
        let rowBytes = RowBlock.lineBytes(precision, window.inputs) + plainBytes
        let plan = BlockPlan(
            rows: positions.count, rowBytes: rowBytes, columnUnits: 1,
            tileRows: precision.tileRows(table), threads: pool.threadCount,
            cacheBytes: max(cacheBytes, ConvolutionJob.blockBytes))
        let bytes =
            RowBlock.byteCount(
                precision: precision, rows: plan.blockRows, columns: window.inputs)
            + plan.blockRows * plainBytes + target.weights.sumsBytes(rows: plan.blockRows)
        let gather = vigil_gather(
            window: window.code(input.x, stride: input.stride ?? window.channels),
            first: positions.lowerBound, rows: 0, scale: input.scale?.scale,
            shift: input.scale?.shift, tile_rows: 0, out: nil, out_stride: window.inputs,
            scratch: nil)
        try withScratch(bytes) { scratch in
            let job = ConvolutionJob(
                gather: gather, target: target, plan: plan, kernels: table, scratch: scratch)
            withUnsafePointer(to: job) { job in
                pool.run(count: plan.tasks, context: job) { context, task, worker in
                    context.assumingMemoryBound(to: ConvolutionJob.self).pointee.run(task, worker)
                }
            }
        }
    }
}

private struct ConvolutionJob {
    /// What a block of rows may take. It is made and read once for each 16 outputs, in passes of
    /// which each fits into the second-level cache, so that it may be larger than that: the more
    /// rows, the less often the weights are read.
    static let blockBytes = 2 << 20

    let gather: vigil_gather
    let target: ProductTarget
    let plan: BlockPlan
    let kernels: vigil_kernels
    let scratch: Scratch

    func run(_ task: Int, _ worker: Int) {
        let rows = plan.rowRange(task)
        guard !rows.isEmpty else { return }
        let weights = target.weights
        let block = RowBlock(
            precision: weights.layout.precision, rows: rows.count, columns: weights.layout.inputs,
            at: scratch.of(worker: worker))
        let end = fill(block, rows)
        var product = target.product(block, row: rows.lowerBound)
        weights.runInPasses(&product, sums: end, kernels: kernels)
    }

    /// Makes the block of these rows; gives the first byte of scratch that is not needed for it.
    private func fill(_ block: RowBlock, _ rows: Range<Int>) -> UnsafeMutableRawPointer {
        var args = gather
        args.first += rows.lowerBound
        args.rows = rows.count
        guard block.precision != .fp32 else {
            args.tile_rows = block.precision.tileRows(kernels)
            args.out = block.lines.assumingMemoryBound(to: Float.self)
            args.scratch = block.scratch
            kernels.gather(&args)
            return block.end
        }
        let plain = block.end.assumingMemoryBound(to: Float.self)
        args.out = plain
        kernels.gather(&args)
        block.fill(from: plain, stride: block.columns, norm: nil, kernels: kernels)
        return block.end
    }
}
