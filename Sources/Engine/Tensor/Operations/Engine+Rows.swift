internal import CKernels
internal import VigilCore

extension Engine {
    /// out = norm(x), row by row.
    ///
    /// - Parameters:
    ///   - x: [rows, norm.width], rows `xStride` apart (nil: packed).
    ///   - out: [rows, norm.width], rows `outStride` apart (nil: packed); may be x with the same
    ///     stride.
    package func layerNorm(
        _ x: UnsafePointer<Float>, xStride: Int? = nil, norm: LayerNormWeights,
        into out: UnsafeMutablePointer<Float>, outStride: Int? = nil, rows: Int
    ) {
        guard rows > 0 else { return }
        let job = NormJob(
            x: x, xStride: xStride ?? norm.width, width: norm.width, gamma: norm.gamma,
            beta: norm.beta, epsilon: norm.epsilon, out: out, outStride: outStride ?? norm.width,
            rows: rows, kernels: table)
        withUnsafePointer(to: job) { job in
            pool.run(count: (rows + NormJob.step - 1) / NormJob.step, context: job) {
                context, task, _ in
                context.assumingMemoryBound(to: NormJob.self).pointee.run(task)
            }
        }
    }

    /// out = x / max(|x|, 1e-12), row by row; x and out: [rows, width], may be the same.
    package func l2Normalize(
        _ x: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>, rows: Int, width: Int
    ) {
        for row in 0..<max(rows, 0) {
            table.l2_normalize(x + row * width, width, out + row * width)
        }
    }

    /// out = a + b over `count` elements; out may be a or b.
    package func add(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        into out: UnsafeMutablePointer<Float>, count: Int
    ) {
        guard count > 0 else { return }
        table.add(a, b, count, out)
    }

    /// The sum of a[i] * b[i] over `count` elements, in the fixed order.
    package func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
        count > 0 ? table.dot(a, b, count) : 0
    }

    /// x = softmax(x), row by row; x: [rows, width].
    package func softmax(_ x: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
        guard width > 0 else { return }
        for row in 0..<max(rows, 0) { table.softmax(x + row * width, width) }
    }

    /// x = activation(x) over `count` elements.
    package func activate(_ x: UnsafeMutablePointer<Float>, count: Int, _ activation: Activation) {
        guard count > 0 else { return }
        table.activate(x, count, activation.code)
    }

    /// Images to rows of pixels of each patch, so that a patch embedding is a ``linear``.
    ///
    /// - Parameters:
    ///   - images: [count, channels, height, width].
    ///   - patch: side of a patch; must divide height and width.
    ///   - out: [count * (height / patch) * (width / patch), channels * patch * patch], pixels in
    ///     the order channel, row, column: the order of a convolution's weights.
    package func patchify(
        _ images: UnsafePointer<Float>, count: Int, channels: Int, height: Int, width: Int,
        patch: Int, into out: UnsafeMutablePointer<Float>
    ) throws(TensorError) {
        guard count >= 0, channels > 0, patch > 0, height > 0, width > 0, height % patch == 0,
            width % patch == 0
        else { throw .badShape("patches") }
        let pixels = channels * height * width
        for image in 0..<count {
            vigil_patchify(
                images + image * pixels, channels, height, width, patch, out + image * pixels)
        }
    }

    /// Rows of a table, optionally plus a row for each position: an embedding look-up.
    ///
    /// - Parameters:
    ///   - table: [tableRows, width].
    ///   - indices: a row of the table for each row of out.
    ///   - adding: [indices.count, width] or nil.
    ///   - out: [indices.count, width].
    /// - Throws: ``TensorError/badShape(_:)`` for an index beyond the table.
    package func gather(
        _ rows: UnsafePointer<Float>, tableRows: Int, width: Int,
        indices: UnsafeBufferPointer<Int32>, adding: UnsafePointer<Float>? = nil,
        into out: UnsafeMutablePointer<Float>
    ) throws(TensorError) {
        for (row, index) in indices.enumerated() {
            guard index >= 0, index < tableRows else { throw .badShape("embedding index") }
            let from = rows + Int(index) * width
            if let adding {
                table.add(from, adding + row * width, width, out + row * width)
            } else {
                (out + row * width).update(from: from, count: width)
            }
        }
    }
}

private struct NormJob {
    /// Rows of a task.
    static let step = 64

    let x: UnsafePointer<Float>
    let xStride: Int
    let width: Int
    let gamma: UnsafePointer<Float>
    let beta: UnsafePointer<Float>
    let epsilon: Float
    let out: UnsafeMutablePointer<Float>
    let outStride: Int
    let rows: Int
    let kernels: vigil_kernels

    func run(_ task: Int) {
        let first = task * Self.step
        var args = vigil_prepare(
            x: x + first * xStride, x_stride: xStride, rows: min(Self.step, rows - first),
            k: width, gamma: gamma, beta: beta, epsilon: epsilon, tile_rows: 0,
            out: out + first * outStride, out_stride: outStride, row_scale: nil, row_zero: nil,
            scratch: nil)
        kernels.prepare_f32(&args)
    }
}
