internal import Tensor

/// The first convolution and the pooling behind it, a few slices at a time: the convolution's
/// result as a whole would be the largest of all.
struct VolumeStem: Sendable {
    private let weights: PackedLinear
    private let window: WindowShape
    private let pool: WindowShape

    /// Slices of the pooled result that are made at a time.
    private static let slices = 8

    init(
        _ loader: WeightLoader, configuration: ResNet3dConfiguration, precision: Precision
    ) throws(ModelError) {
        weights = try loader.convolution(ResNet3d.first(configuration), precision: precision)
        (window, pool) = try ModelError.running { () throws(TensorError) in
            let window = try WindowShape(
                size: configuration.input, channels: 1, kernel: Extent(3, 7, 7),
                stride: Extent(1, 2, 2), padding: Extent(1, 3, 3))
            return (
                window,
                try WindowShape(
                    size: window.output, channels: configuration.firstChannels,
                    kernel: Extent(all: 3), stride: Extent(all: 2), padding: Extent(all: 1))
            )
        }
    }

    /// Positions of the pooled result.
    var output: Extent { pool.output }
    /// Operations, a multiply-add as two, of a file's first convolution of one channel.
    var operations: Double { window.operations(outputs: weights.outputs) }
    /// Floats of the pooled result.
    var outputCount: Int { output.count * pool.channels }
    /// Floats of the convolved slices that are in memory at a time.
    var slabCount: Int {
        min(2 * Self.slices + 1, window.output.depth) * sliceCount * pool.channels
    }

    /// Positions of one convolved slice.
    private var sliceCount: Int { window.output.height * window.output.width }

    /// - Parameters:
    ///   - x: the volume, [depth, height, width].
    ///   - slab: at least ``slabCount``.
    ///   - out: ``outputCount``.
    func run(
        _ x: UnsafePointer<Float>, slab: UnsafeMutablePointer<Float>,
        into out: UnsafeMutablePointer<Float>, engine: Engine
    ) throws(TensorError) {
        let depth = pool.output.depth
        for first in stride(from: 0, to: depth, by: Self.slices) {
            let count = min(Self.slices, depth - first)
            // What the pooling covers, of which the padding before is no slice.
            let low = first * pool.stride.depth - pool.padding.depth
            let high = low + (count - 1) * pool.stride.depth + pool.kernel.depth
            let slices = max(0, low)..<min(high, window.output.depth)
            try engine.convolve(
                WindowInput(x), window: window, weights: weights,
                epilogue: LinearEpilogue(activation: .relu),
                positions: slices.lowerBound * sliceCount..<slices.upperBound * sliceCount,
                into: slab)
            let part = try WindowShape(
                size: Extent(slices.count, window.output.height, window.output.width),
                channels: pool.channels, kernel: pool.kernel, stride: pool.stride,
                padding: Extent(slices.lowerBound - low, pool.padding.height, pool.padding.width),
                output: Extent(count, pool.output.height, pool.output.width))
            try engine.pool(
                WindowInput(slab), window: part, .greatest, positions: 0..<part.output.count,
                into: out + first * pool.output.height * pool.output.width * pool.channels)
        }
    }
}
