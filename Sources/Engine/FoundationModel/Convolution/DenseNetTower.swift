internal import Tensor

/// The features of a DenseNet. What a block has made so far lies side by side in one row a
/// position, to which each layer adds its columns.
final class DenseNetTower: Tower {
    let configuration: DenseNetConfiguration
    let store = ActivationStore()
    let keepsTokens = true
    private let engine: Engine
    private let first: PackedLinear
    private let firstWindow: WindowShape
    private let firstPool: WindowShape
    private let blocks: [DenseBlock]
    private let steps: [Step]

    /// What a step of a pass does after the first one.
    private enum Step {
        case layer(block: Int, Int)
        /// The norm after a block, and the half of the channels and of the sides.
        case transition(after: Int)
        case pooling
    }

    /// Images of one pass: enough that weights are reused in the last block, few enough that
    /// activations stay small.
    static let imagesPerPass = 4

    init(
        _ loader: WeightLoader, configuration: DenseNetConfiguration, precision: Precision,
        engine: Engine
    ) throws(ModelError) {
        self.configuration = configuration
        self.engine = engine
        first = try loader.convolution(
            DenseNet.first(configuration), precision: precision.ofOuterProducts)
        (firstWindow, firstPool) = try ModelError.running { () throws(TensorError) in
            let window = try WindowShape.flat(
                side: configuration.imageSize, channels: 1, kernel: 7, stride: 2, padding: 3)
            return (
                window,
                try WindowShape.flat(
                    side: window.output.width, channels: configuration.firstChannels, kernel: 3,
                    stride: 2, padding: 1)
            )
        }
        var blocks: [DenseBlock] = []
        var steps: [Step] = []
        for block in configuration.blocks.indices {
            blocks.append(try DenseBlock(loader, configuration, block, precision: precision))
            steps += (0..<configuration.blocks[block]).map { .layer(block: block, $0) }
            steps.append(
                block + 1 < configuration.blocks.count ? .transition(after: block) : .pooling)
        }
        self.blocks = blocks
        self.steps = steps
    }

    var layers: Int { steps.count }
    var embeddingWidth: Int { configuration.embeddingWidth }

    /// Begins a pass of at most ``imagesPerPass`` images.
    func pass(
        images: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>
    ) throws(TensorError) -> ForwardPass {
        let most = Self.imagesPerPass
        let activations = try store.take { () throws(TensorError) in
            let floats = blocks.map { $0.positions * $0.channels }.max() ?? 0
            let middle = blocks.map { $0.positions * configuration.middleChannels }.max() ?? 0
            return try Activations(
                rows: most * (blocks.map(\.positions).max() ?? 0), sequences: most,
                width: floats / max(blocks.map(\.positions).max() ?? 1, 1) + 1,
                fusedCount: most
                    * max(middle, firstWindow.output.count * configuration.firstChannels))
        }
        return ForwardPass(
            tower: self, activations: activations, images: images, count: min(count, most),
            out: out)
    }

    func run(step index: Int, of pass: borrowing ForwardPass) throws(TensorError) {
        let activations = pass.activations
        guard index > 0 else {
            guard let images = pass.images else { return }
            for _ in 0..<pass.count { _ = activations.append(tokens: firstPool.output.count) }
            try engine.convolve(
                WindowInput(images), window: firstWindow, weights: first,
                epilogue: LinearEpilogue(activation: .relu),
                positions: 0..<pass.count * firstWindow.output.count, into: activations.fused)
            return try engine.pool(
                WindowInput(activations.fused), window: firstPool, .greatest,
                positions: 0..<pass.count * firstPool.output.count, into: activations.x,
                outStride: blocks[0].channels)
        }
        switch steps[index - 1] {
        case .layer(let block, let layer):
            try blocks[block].run(layer: layer, activations, images: pass.count, engine: engine)
        case .transition(let block):
            try blocks[block].halve(
                activations, images: pass.count, into: blocks[block + 1].channels, engine: engine)
        case .pooling:
            blocks[blocks.count - 1].average(activations, images: pass.count, into: pass.out)
        }
    }

    /// The last features of an image of a finished pass: [positions, embedding width].
    func features(of pass: borrowing ForwardPass, image: Int) -> [Float] {
        blocks[blocks.count - 1].features(pass.activations, image: image)
    }

    /// What a pass has made so far: [positions of an image, columns], rows `stride` apart, of the
    /// first image. For probing.
    func state(
        of pass: borrowing ForwardPass
    ) -> (rows: UnsafePointer<Float>, count: Int, columns: Int, stride: Int) {
        let stages = configuration.stages
        let done = pass.completed > 1 ? steps[pass.completed - 2] : .transition(after: -1)
        switch done {
        case .layer(let block, let layer):
            return (
                UnsafePointer(pass.activations.x), blocks[block].positions,
                stages[block].channels + (layer + 1) * configuration.growth,
                blocks[block].channels
            )
        case .transition(let block):
            let next = blocks[block + 1]
            return (
                UnsafePointer(pass.activations.x), next.positions, stages[block + 1].channels,
                next.channels
            )
        case .pooling: return (UnsafePointer(pass.out), 1, embeddingWidth, embeddingWidth)
        }
    }
}

extension WindowShape {
    /// A square window over square images.
    static func flat(
        side: Int, channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0
    ) throws(TensorError) -> WindowShape {
        try WindowShape(
            size: Extent(1, side, side), channels: channels, kernel: Extent(1, kernel, kernel),
            stride: Extent(1, stride, stride), padding: Extent(0, padding, padding))
    }
}
