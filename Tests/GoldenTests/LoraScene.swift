import FoundationModel
import Tensor
import Testing
import Training
import VigilCore
import Weights

/// A small model of seeded weights with its last layers made ready for training.
struct LoraScene {
    enum Model {
        case pair(ClipConfiguration, TwoTowerNames)
        case image(VisionConfiguration)
    }

    let encoder: any ImageEncoder
    let tail: EncoderTail
    let options: LoraOptions
    private let vision: VisionConfiguration

    var imagePixels: Int { vision.imagePixels }

    init(
        _ model: Model, blocks: Int, rank: Int, rate: Double = 0.01, epochs: Int = 3,
        threads: Int? = nil
    ) throws {
        var options = LoraOptions()
        options.blocks = blocks
        options.rank = rank
        options.alpha = 2 * Double(rank)
        options.rate = rate
        options.epochs = epochs
        options.batch = 24
        self.options = options
        let source: SeededWeights
        let (head, names): (HeadConfiguration, VisionNames)
        let running = ModelOptions(threads: threads)
        switch model {
        case .pair(let configuration, let pair):
            vision = configuration.vision
            (head, names) = (configuration.visionHead, pair.vision)
            source = SeededWeights(
                seed: GoldenVectors.seed, tensors: ClipTensors.list(configuration, names: pair))
            encoder = try ClipModel.make(
                source: source, configuration: configuration, names: pair, identity: .generated,
                options: running)
        case .image(let configuration):
            vision = configuration
            (head, names) = (Dinov2.head, Dinov2.names(configuration))
            source = SeededWeights(
                seed: GoldenVectors.seed, tensors: ClipTensors.vision(configuration, head, names))
            encoder = try VisionModel.make(
                source: source, configuration: configuration, identity: .generated,
                options: running)
        }
        tail = try EncoderTail(
            source: source, configuration: vision, head: head, names: names, blocks: blocks,
            rank: rank, scale: options.scale, engine: encoder.engine)
    }

    /// The images' hidden states before the last layers.
    func states(_ images: [[Float]]) throws -> HiddenStateFile {
        let file = try HiddenStateFile(directory: "/tmp", floats: tail.hiddenCount)
        let step = vision.encoder.layers - options.blocks
        for image in images {
            let states = try encoder.states(image: image, width: vision.encoder.width)
            try states[step].withUnsafeBufferPointer { try file.append($0) }
        }
        #expect(file.count == images.count)
        return file
    }
}
