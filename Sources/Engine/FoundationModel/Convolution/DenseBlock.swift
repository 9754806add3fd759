internal import Tensor

/// A block of a DenseNet, with the norm after it and the transition to the next block.
struct DenseBlock: Sendable {
    private struct Layer: Sendable {
        let norm: ChannelScale
        let first: PackedLinear
        let second: PackedLinear
        let firstWindow: WindowShape
        let secondWindow: WindowShape
    }

    /// Positions of an image.
    let positions: Int
    /// Channels after the last layer: columns of a row.
    let channels: Int
    private let firstChannels: Int
    private let growth: Int
    private let layers: [Layer]
    private let lastNorm: FoldedNorm
    private let lastScale: ChannelScale
    /// nil: the last block.
    private let transition: (weights: PackedLinear, window: WindowShape, pool: WindowShape)?

    init(
        _ loader: WeightLoader, _ configuration: DenseNetConfiguration, _ block: Int,
        precision: Precision
    ) throws(ModelError) {
        let stage = configuration.stages[block]
        let channels = stage.channels + configuration.blocks[block] * configuration.growth
        var layers: [Layer] = []
        for layer in 0..<configuration.blocks[block] {
            let names = DenseLayerNames(configuration, block: block, layer: layer)
            let windows = try ModelError.running { () throws(TensorError) in
                (
                    try WindowShape.flat(
                        side: stage.side, channels: names.first.channels, kernel: 1),
                    try WindowShape.flat(
                        side: stage.side, channels: names.second.channels, kernel: 3, padding: 1)
                )
            }
            layers.append(
                Layer(
                    norm: try loader.batchNorm(names.norm, channels: names.first.channels).scale(),
                    first: try loader.convolution(names.first, precision: precision),
                    second: try loader.convolution(names.second, precision: precision),
                    firstWindow: windows.0, secondWindow: windows.1))
        }
        lastNorm = try loader.batchNorm(
            DenseNet.normName(configuration, after: block), channels: channels)
        lastScale = try lastNorm.scale()
        if block + 1 < configuration.blocks.count {
            let name = DenseNet.transition(after: block, channels)
            let windows = try ModelError.running { () throws(TensorError) in
                (
                    try WindowShape.flat(side: stage.side, channels: channels, kernel: 1),
                    try WindowShape.flat(
                        side: stage.side, channels: name.outputs, kernel: 2, stride: 2)
                )
            }
            transition = (
                try loader.convolution(name, precision: precision), windows.0, windows.1
            )
        } else {
            transition = nil
        }
        self.layers = layers
        positions = stage.side * stage.side
        firstChannels = stage.channels
        self.channels = channels
        growth = configuration.growth
    }

    /// Adds the columns of one layer to the rows in `x`.
    func run(
        layer index: Int, _ activations: Activations, images: Int, engine: Engine
    ) throws(TensorError) {
        let layer = layers[index]
        let all = 0..<images * positions
        try engine.convolve(
            WindowInput(activations.x, stride: channels, scale: layer.norm),
            window: layer.firstWindow, weights: layer.first,
            epilogue: LinearEpilogue(activation: .relu), positions: all, into: activations.fused)
        try engine.convolve(
            WindowInput(activations.fused), window: layer.secondWindow, weights: layer.second,
            positions: all, into: activations.x + firstChannels + index * growth,
            outStride: channels)
    }

    /// Norm, ReLU, half the channels, half the sides; into rows of `x` of so many columns.
    func halve(
        _ activations: Activations, images: Int, into columns: Int, engine: Engine
    ) throws(TensorError) {
        guard let transition else { return }
        try engine.convolve(
            WindowInput(activations.x, stride: channels, scale: lastScale),
            window: transition.window, weights: transition.weights,
            positions: 0..<images * positions, into: activations.mixed)
        try engine.pool(
            WindowInput(activations.mixed), window: transition.pool, .mean,
            positions: 0..<images * transition.pool.output.count, into: activations.x,
            outStride: columns)
    }

    /// What ``average(_:images:into:)`` takes the mean of, of one image: [positions, channels].
    func features(_ activations: Activations, image: Int) -> [Float] {
        let rows = activations.x + image * positions * channels
        return (0..<positions * channels).map { place in
            let channel = place % channels
            return max(
                0,
                lastNorm.shift.elements[channel].addingProduct(
                    rows[place], lastNorm.factor.elements[channel]))
        }
    }

    /// Norm, ReLU and the mean of all positions of an image, summed in double precision.
    /// - Parameter out: [images, channels].
    func average(_ activations: Activations, images: Int, into out: UnsafeMutablePointer<Float>) {
        for image in 0..<images {
            let rows = activations.x + image * positions * channels
            for channel in 0..<channels {
                let (factor, shift) = (
                    lastNorm.factor.elements[channel], lastNorm.shift.elements[channel]
                )
                var sum = 0.0
                for row in 0..<positions {
                    let value = shift.addingProduct(rows[row * channels + channel], factor)
                    sum += Double(max(0, value))
                }
                out[image * channels + channel] = Float(sum / Double(positions))
            }
        }
    }
}
