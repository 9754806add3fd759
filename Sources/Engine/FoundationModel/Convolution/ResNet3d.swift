package import Tensor
package import VigilCore

/// The sizes of a residual network of bottlenecks in three dimensions, inflated from one of two
/// dimensions (Carreira and Zisserman 2017; He et al. 2016), and of the volumes that it takes.
package struct ResNet3dConfiguration: Sendable, Hashable {
    /// Bottlenecks of each stage; after the first stage each halves all sides.
    package let depths: [Int]
    /// Channels of the first convolution; bottlenecks narrow to this, twice, four times … as many.
    package let firstChannels: Int
    /// Channels that the first convolution has in the file. All see the same grey values.
    package let inputChannels: Int
    /// Voxels of a volume to the right, to the front and upwards.
    package let volume: Extent
    /// Millimetres between voxels, in that order.
    package let spacing: [Double]
    /// Hounsfield units that become 0 and 1.
    package let window: ClosedRange<Double>
    /// What the classifier's outputs stand for, as Merlin's phenotypes; an empty label is an output
    /// that is not told, and without labels there is no classifier.
    package let labels: [String]
    /// What stands before every tensor's name.
    let prefix: String

    /// A bottleneck's outputs for each of its inner channels.
    static let expansion = 4

    /// The tensor's extents: slices upwards, then columns to the right, then rows to the front.
    var input: Extent { Extent(volume.width, volume.depth, volume.height) }
    /// Columns of an embedding: the last stage's channels.
    package var embeddingWidth: Int {
        (firstChannels << (depths.count - 1)) * Self.expansion
    }
}

/// I3D-ResNet-152 of Astra and Merlin under the names of their image encoder.
package enum ResNet3d {
    /// Reads `config.json` of a folder: `depths`, `num_init_features`, `in_channels`, `volume`,
    /// `spacing`, `window`, `labels` and `tensor_prefix`. What is left out is as in Merlin.
    package static func configuration(
        _ json: JSONValue
    ) throws(ModelError) -> ResNet3dConfiguration {
        let reader = ConfigurationReader(json, file: "config.json", path: "")
        let volume = try reader.integers(
            "volume", default: [224, 224, 160], count: 3...3, in: 1...512)
        let window = try reader.numbers(
            "window", default: [-1000, 1000], count: 2, in: -32_768...32_767)
        guard window[0] < window[1] else {
            throw reader.bad("window", "it does not ascend")
        }
        return ResNet3dConfiguration(
            depths: try reader.integers(
                "depths", default: [3, 8, 36, 3], count: 1...6, in: 1...256),
            firstChannels: try reader.integer("num_init_features", default: 64, in: 1...1024),
            inputChannels: try reader.integer("in_channels", default: 3, in: 1...16),
            volume: Extent(volume[0], volume[1], volume[2]),
            spacing: try reader.numbers(
                "spacing", default: [1.5, 1.5, 3], count: 3, in: 0.05...100),
            window: window[0]...window[1],
            labels: try reader.texts("labels", default: [], count: 0...4096),
            prefix: try reader.text("tensor_prefix", default: ""))
    }

    /// Weights and bias of the classifier, a convolution of one voxel.
    static func classifier(_ configuration: ResNet3dConfiguration) -> [ClipTensors.Tensor] {
        let (rows, width) = (configuration.labels.count, configuration.embeddingWidth)
        let name = configuration.prefix + "classifier"
        return [
            ClipTensors.Tensor(
                name: name + ".weight", shape: [rows, width, 1, 1, 1],
                role: .convolution(inputs: width)),
            ClipTensors.Tensor(name: name + ".bias", shape: [rows], role: .bias),
        ]
    }

    static func first(_ configuration: ResNet3dConfiguration) -> ConvolutionName {
        ConvolutionName(
            weights: configuration.prefix + "conv1.weight", norm: configuration.prefix + "bn1",
            outputs: configuration.firstChannels,
            channels: configuration.inputChannels, kernel: [3, 7, 7], isGrey: true)
    }

    /// All tensors, in the order of the computation.
    package static func tensors(_ configuration: ResNet3dConfiguration) -> [ClipTensors.Tensor] {
        var tensors = first(configuration).tensors
        for (stage, depth) in configuration.depths.enumerated() {
            for block in 0..<depth {
                let names = BottleneckNames(configuration, stage: stage, block: block)
                tensors += names.convolutions.flatMap(\.tensors)
                tensors += names.shortcut?.tensors ?? []
            }
        }
        return tensors + (configuration.labels.isEmpty ? [] : classifier(configuration))
    }
}

/// The tensors of one bottleneck.
struct BottleneckNames {
    /// 1 × 1 × 1, 3 × 3 × 3, 1 × 1 × 1.
    let convolutions: [ConvolutionName]
    /// The first bottleneck of a stage has one.
    let shortcut: ConvolutionName?

    init(_ configuration: ResNet3dConfiguration, stage: Int, block: Int) {
        let prefix = "\(configuration.prefix)layer\(stage + 1).\(block)"
        let inner = configuration.firstChannels << stage
        let outer = inner * ResNet3dConfiguration.expansion
        let inputs =
            block > 0 ? outer : stage == 0 ? configuration.firstChannels : outer / 2
        let sizes = [(inputs, inner, 1), (inner, inner, 3), (inner, outer, 1)]
        convolutions = sizes.enumerated().map { index, size in
            ConvolutionName(
                weights: "\(prefix).conv\(index + 1).weight", norm: "\(prefix).bn\(index + 1)",
                outputs: size.1, channels: size.0, kernel: [size.2, size.2, size.2])
        }
        shortcut =
            block > 0
            ? nil
            : ConvolutionName(
                weights: "\(prefix).downsample.0.weight", norm: "\(prefix).downsample.1",
                outputs: outer, channels: inputs, kernel: [1, 1, 1])
    }
}
