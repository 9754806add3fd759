internal import Synchronization
internal import Tensor

/// A residual network over volumes. One volume at a time; other callers wait.
final class VolumeTower: Sendable {
    let configuration: ResNet3dConfiguration
    private let engine: Engine
    private let stem: VolumeStem
    private let stages: [[Bottleneck]]
    private let memory = Mutex<FloatBuffer?>(nil)

    init(
        _ loader: WeightLoader, configuration: ResNet3dConfiguration, precision: Precision,
        engine: Engine
    ) throws(ModelError) {
        self.configuration = configuration
        self.engine = engine
        stem = try VolumeStem(loader, configuration: configuration, precision: precision)
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
    }

    /// Operations of one volume, a multiply-add as two.
    var operations: Double {
        stages.joined().reduce(stem.operations) { $0 + $1.operations }
    }

    /// Encodes one volume.
    /// - Parameters:
    ///   - volume: [depth, height, width] of the configuration's input.
    ///   - out: [embeddingWidth], the mean of the last stage's positions.
    ///   - probe: gets the pooled first convolution and each bottleneck's result, [positions,
    ///     channels], with the number of channels.
    func encode(
        _ volume: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
        probe: ((UnsafeBufferPointer<Float>, Int) -> Void)? = nil
    ) throws(TensorError) {
        try memory.withLock { (held) throws(TensorError) in
            let layout = Layout(stem: stem, stages: stages)
            if held == nil { held = try FloatBuffer(count: layout.total) }
            guard let base = held?.base else { return }
            try run(volume, layout, base, into: out, probe)
        }
    }

    private func run(
        _ volume: UnsafePointer<Float>, _ layout: Layout, _ base: UnsafeMutablePointer<Float>,
        into out: UnsafeMutablePointer<Float>,
        _ probe: ((UnsafeBufferPointer<Float>, Int) -> Void)?
    ) throws(TensorError) {
        let states = [base, base + layout.states.0]
        let middle = states[1] + layout.states.1
        var x = states[1]
        try stem.run(volume, slab: states[0], into: x, engine: engine)
        probe?(UnsafeBufferPointer(start: x, count: stem.outputCount), configuration.firstChannels)
        for (stage, blocks) in stages.enumerated() {
            for (index, block) in blocks.enumerated() {
                let to = index == 0 ? states[stage % 2] : x
                try block.run(
                    x, middle: (middle, middle + layout.middle), into: to, engine: engine)
                x = to
                probe?(
                    UnsafeBufferPointer(start: x, count: block.outputCount), block.channels)
            }
        }
        guard let last = stages.last?.last else { return }
        Self.average(x, positions: last.output.count, channels: last.channels, into: out)
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
    }
}
