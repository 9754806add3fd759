internal import CKernels
internal import VigilCore

/// What a pooling makes of the positions that its window covers.
package enum Pooling: Sendable, Hashable {
    /// The greatest, outside of padding.
    case greatest
    /// The mean, of windows without padding.
    case mean
}

extension Engine {
    /// Pools each channel over a window, for a range of positions.
    ///
    /// - Parameters:
    ///   - input: the images; no scale.
    ///   - positions: which output positions, of all images, image by image.
    ///   - out: [positions, channels], rows `outStride` elements apart (nil: channels); must not
    ///     overlap the input.
    /// - Throws: ``TensorError/badShape(_:)`` for a mean over padding.
    package func pool(
        _ input: WindowInput, window: WindowShape, _ pooling: Pooling, positions: Range<Int>,
        into out: UnsafeMutablePointer<Float>, outStride: Int? = nil
    ) throws(TensorError) {
        guard !positions.isEmpty else { return }
        guard positions.lowerBound >= 0, input.scale == nil,
            pooling == .greatest || !window.coversPadding
        else { throw .badShape("pooling") }
        let pool = vigil_pool(
            window: window.code(input.x, stride: input.stride ?? window.channels),
            first: positions.lowerBound, rows: positions.count,
            is_max: pooling == .greatest ? 1 : 0, out: out,
            out_stride: outStride ?? window.channels)
        let job = PoolJob(pool: pool, kernels: table)
        withUnsafePointer(to: job) { job in
            self.pool.run(count: job.pointee.tasks, context: job) { context, task, _ in
                context.assumingMemoryBound(to: PoolJob.self).pointee.run(task)
            }
        }
    }
}

extension WindowShape {
    /// Whether a window covers positions that are not the image's.
    var coversPadding: Bool {
        let axes: [KeyPath<Extent, Int>] = [\.depth, \.height, \.width]
        return axes.contains {
            let last = (output[keyPath: $0] - 1) * stride[keyPath: $0] + kernel[keyPath: $0]
            return padding[keyPath: $0] > 0 || last > size[keyPath: $0]
        }
    }
}

private struct PoolJob {
    /// Positions of a task.
    static let step = 64

    let pool: vigil_pool
    let kernels: vigil_kernels

    var tasks: Int { (pool.rows + Self.step - 1) / Self.step }

    func run(_ task: Int) {
        var args = pool
        let first = task * Self.step
        args.first += first
        args.rows = min(Self.step, pool.rows - first)
        args.out += first * pool.out_stride
        kernels.pool(&args)
    }
}
