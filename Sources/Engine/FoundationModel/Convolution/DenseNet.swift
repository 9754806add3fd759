package import VigilCore

/// The sizes of a DenseNet (Huang et al. 2017) of one grey channel.
package struct DenseNetConfiguration: Sendable, Hashable {
    /// Channels that each layer adds.
    package let growth: Int
    /// Layers of each block.
    package let blocks: [Int]
    /// Channels after the first convolution.
    package let firstChannels: Int
    /// Channels between the two convolutions of a layer.
    package let middleChannels: Int
    /// Side of the square image in pixels.
    package let imageSize: Int
    /// What the classifier's outputs stand for; an empty label is an output that was not trained.
    package let labels: [String]
    /// The probability of each label that means as much as not; nil: no statement, so that one half
    /// is reported. Empty: probabilities are reported as they are.
    package let thresholds: [Float?]

    /// Sides of the image before the first block and after each, channels likewise.
    var stages: [(side: Int, channels: Int)] {
        var side = (imageSize + 1) / 2
        side = (side + 1) / 2
        var channels = firstChannels
        var stages: [(Int, Int)] = []
        for (index, layers) in blocks.enumerated() {
            stages.append((side, channels))
            channels += layers * growth
            guard index + 1 < blocks.count else { break }
            side /= 2
            channels /= 2
        }
        return stages
    }

    /// Columns of an embedding: the channels after the last block.
    package var embeddingWidth: Int {
        guard let last = stages.last, let layers = blocks.last else { return 0 }
        return last.channels + layers * growth
    }
}

/// DenseNet-121 of TorchXRayVision under torchvision's names.
package enum DenseNet {
    /// Reads `config.json` of a folder: `growth_rate`, `block_config`, `num_init_features`,
    /// `bn_size`, `in_channels`, `image_size`, `labels` and `op_threshs`, where null stands for
    /// NaN. What is left out is as in DenseNet-121 of TorchXRayVision.
    package static func configuration(
        _ json: JSONValue
    ) throws(ModelError) -> DenseNetConfiguration {
        let reader = ConfigurationReader(json, file: "config.json", path: "")
        let channels = try reader.integer("in_channels", default: 1, in: 1...16)
        guard channels == 1 else {
            throw reader.bad("in_channels", "\(channels), where one grey channel is expected")
        }
        let growth = try reader.integer("growth_rate", default: 32, in: 1...1024)
        let blocks = try reader.integers(
            "block_config", default: [6, 12, 24, 16], count: 1...8, in: 1...128)
        let labels = try reader.texts("labels", default: [], count: 0...4096)
        let thresholds = try self.thresholds(reader, labels: labels.count)
        let configuration = DenseNetConfiguration(
            growth: growth, blocks: blocks,
            firstChannels: try reader.integer("num_init_features", default: 64, in: 1...4096),
            middleChannels: growth * (try reader.integer("bn_size", default: 4, in: 1...64)),
            imageSize: try reader.side("image_size", default: 224, in: 1...4096), labels: labels,
            thresholds: thresholds)
        guard configuration.stages.allSatisfy({ $0.side >= 1 }) else {
            throw reader.bad("image_size", "nothing is left of it after the last block")
        }
        return configuration
    }

    private static func thresholds(
        _ reader: ConfigurationReader, labels: Int
    ) throws(ModelError) -> [Float?] {
        guard let member = reader.member("op_threshs") else { return [] }
        guard let list = member.arrayValue, list.count == labels else {
            throw reader.bad("op_threshs", "it has not one number or null for each label")
        }
        var thresholds: [Float?] = []
        for item in list {
            let value = item.doubleValue
            guard item.isNull || value.map({ $0 > 0 && $0 < 1 }) == true else {
                throw reader.bad("op_threshs", "a threshold is no number between 0 and 1")
            }
            thresholds.append(value.map { Float($0) })
        }
        return thresholds
    }

    /// All tensors, in the order of the computation.
    package static func tensors(_ configuration: DenseNetConfiguration) -> [ClipTensors.Tensor] {
        var tensors = first(configuration).tensors
        for (block, stage) in configuration.stages.enumerated() {
            for layer in 0..<configuration.blocks[block] {
                let names = DenseLayerNames(configuration, block: block, layer: layer)
                tensors += ConvolutionName.norm(names.norm, names.first.channels)
                tensors += names.first.tensors + names.second.tensors
            }
            let channels = stage.channels + configuration.blocks[block] * configuration.growth
            tensors += ConvolutionName.norm(normName(configuration, after: block), channels)
            if block + 1 < configuration.blocks.count {
                tensors += transition(after: block, channels).tensors
            }
        }
        return tensors + (configuration.labels.isEmpty ? [] : classifier(configuration))
    }

    /// Weights and bias of the classifier.
    static func classifier(_ configuration: DenseNetConfiguration) -> [ClipTensors.Tensor] {
        let (rows, width) = (configuration.labels.count, configuration.embeddingWidth)
        return [
            ClipTensors.Tensor(
                name: "classifier.weight", shape: [rows, width], role: .matrix(inputs: width)),
            ClipTensors.Tensor(name: "classifier.bias", shape: [rows], role: .bias),
        ]
    }

    static func first(_ configuration: DenseNetConfiguration) -> ConvolutionName {
        ConvolutionName(
            weights: "features.conv0.weight", norm: "features.norm0",
            outputs: configuration.firstChannels, channels: 1, kernel: [7, 7])
    }

    /// The norm after a block: the transition's, or the last one.
    static func normName(_ configuration: DenseNetConfiguration, after block: Int) -> String {
        block + 1 < configuration.blocks.count
            ? "features.transition\(block + 1).norm" : "features.norm\(block + 2)"
    }

    static func transition(after block: Int, _ channels: Int) -> ConvolutionName {
        ConvolutionName(
            weights: "features.transition\(block + 1).conv.weight", norm: nil,
            outputs: channels / 2, channels: channels, kernel: [1, 1])
    }
}

/// The tensors of one layer: norm, ReLU, 1 × 1, norm, ReLU, 3 × 3.
struct DenseLayerNames {
    let norm: String
    let first: ConvolutionName
    let second: ConvolutionName

    init(_ configuration: DenseNetConfiguration, block: Int, layer: Int) {
        let prefix = "features.denseblock\(block + 1).denselayer\(layer + 1)"
        let channels = configuration.stages[block].channels + layer * configuration.growth
        norm = prefix + ".norm1"
        first = ConvolutionName(
            weights: prefix + ".conv1.weight", norm: prefix + ".norm2",
            outputs: configuration.middleChannels, channels: channels, kernel: [1, 1])
        second = ConvolutionName(
            weights: prefix + ".conv2.weight", norm: nil, outputs: configuration.growth,
            channels: configuration.middleChannels, kernel: [3, 3])
    }
}
