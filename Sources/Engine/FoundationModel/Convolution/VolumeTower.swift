internal import Tensor

/// A residual network over volumes, a volume a pass. A bottleneck is a step.
final class VolumeTower: Tower {
    let configuration: ResNet3dConfiguration
    private let engine: Engine
    private let stem: VolumeStem
    private let stages: [[Bottleneck]]
    let store = ActivationStore()
    let keepsTokens = true
    private let layout: Layout
    /// Stage and number of each step's bottleneck.
    private let places: [(stage: Int, block: Int)]

    init(
        _ loader: WeightLoader, configuration: ResNet3dConfiguration, precision: Precision,
        engine: Engine
    ) throws(ModelError) {
        self.configuration = configuration
        self.engine = engine
        stem = try VolumeStem(
            loader, configuration: configuration, precision: precision.ofOuterProducts)
        var size = stem.output
        var stages: [[Bottleneck]] = []
        for (stage, depth) in configuration.depths.enumerated() {
            var blocks: [Bottleneck] = []
            for block in 0..<depth {
                let made = try Bottleneck(
                    loader, names: BottleneckNames(configuration, stage: stage, block: block),
                    size: size, stride: stage > 0 && block == 0 ? 2 : 1, precision: precision)
                size = made.output
                blocks.append(made)
            }
            stages.append(blocks)
        }
        self.stages = stages
        layout = Layout(stem: stem, stages: stages)
        places = stages.indices.flatMap { stage in stages[stage].indices.map { (stage, $0) } }
    }

    /// Operations of one volume, a multiply-add as two.
    var operations: Double {
        stages.joined().reduce(stem.operations) { $0 + $1.operations }
    }

    var layers: Int { stages.joined().count }

    /// Columns of an embedding.
    var embeddingWidth: Int { configuration.embeddingWidth }
    /// The positions whose mean the embedding is.
    var positions: Extent { stages.last?.last?.output ?? stem.output }

    /// Begins a pass of one volume, [depth, height, width] of the configuration's input.
    /// - Parameter out: [embeddingWidth], the mean of the last stage's positions.
    func pass(
        volume: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>
    ) throws(TensorError) -> ForwardPass {
        let activations = try store.take { () throws(TensorError) in
            try Activations(rows: 1, sequences: 1, width: 1, fusedCount: layout.total)
        }
        return ForwardPass(
            tower: self, activations: activations, images: volume, count: 1, out: out)
    }

    func run(step index: Int, of pass: borrowing ForwardPass) throws(TensorError) {
        let base = pass.activations.fused
        let (states, middle) = layout.cut(base)
        guard index > 0 else {
            guard let volume = pass.images else { return }
            return try stem.run(volume, slab: states[0], into: states[1], engine: engine)
        }
        let (stage, block) = places[index - 1]
        // A stage's first bottleneck leaves the place of the stage before; the others stay.
        let to = states[stage % 2]
        try stages[stage][block].run(
            block == 0 ? states[1 - stage % 2] : to, middle: middle, into: to, engine: engine)
        if index == layers {
            let last = stages[stage][block]
            Self.average(to, positions: last.output.count, channels: last.channels, into: pass.out)
        }
    }

    /// Lends what a pass has made so far, the pooled first convolution or a bottleneck's result:
    /// [positions, channels], and the number of channels. For probing.
    func withState<Result>(
        of pass: borrowing ForwardPass, _ body: (UnsafeBufferPointer<Float>, Int) -> Result
    ) -> Result {
        let (states, _) = layout.cut(pass.activations.fused)
        guard pass.completed > 1 else {
            return body(
                UnsafeBufferPointer(start: states[1], count: stem.outputCount),
                configuration.firstChannels)
        }
        let (stage, index) = places[pass.completed - 2]
        let block = stages[stage][index]
        return body(
            UnsafeBufferPointer(start: states[stage % 2], count: block.outputCount),
            block.channels)
    }

    /// The mean of all positions, summed in double precision.
    private static func average(
        _ x: UnsafePointer<Float>, positions: Int, channels: Int,
        into out: UnsafeMutablePointer<Float>
    ) {
        for channel in 0..<channels {
            var sum = 0.0
            for row in 0..<positions { sum += Double(x[row * channels + channel]) }
            out[channel] = Float(sum / Double(positions))
        }
    }

    /// How the memory of a pass is cut. The state of one stage and that of the next lie in two
    /// places, in turn.
    private struct Layout {
        let states: (Int, Int)
        let middle: Int
        let total: Int

        init(stem: VolumeStem, stages: [[Bottleneck]]) {
            func lines(_ count: Int) -> Int { (count + 15) / 16 * 16 }
            var sizes = [stem.slabCount, stem.outputCount]
            var middles = (0, 0)
            for (stage, blocks) in stages.enumerated() {
                for block in blocks {
                    sizes[stage % 2] = max(sizes[stage % 2], block.outputCount)
                    middles.0 = max(middles.0, block.middleCounts.0)
                    middles.1 = max(middles.1, block.middleCounts.1)
                }
            }
            states = (lines(sizes[0]), lines(sizes[1]))
            middle = lines(middles.0)
            total = states.0 + states.1 + middle + lines(middles.1)
        }

        /// The two states and the two places within a bottleneck.
        func cut(
            _ base: UnsafeMutablePointer<Float>
        ) -> (
            states: [UnsafeMutablePointer<Float>],
            middle: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
        ) {
            let second = base + states.0
            let inner = second + states.1
            return ([base, second], (inner, inner + middle))
        }
    }
}
