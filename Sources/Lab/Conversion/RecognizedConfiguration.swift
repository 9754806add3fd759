internal import VigilCore
internal import Weights

/// The configuration of a checkpoint that is published without one and whose family its tensors'
/// names and shapes tell: TorchXRayVision's DenseNet, and the CT encoders of Astra and Merlin.
enum RecognizedConfiguration {
    static let fileName = "config.json"

    /// The text of `config.json`; nil for tensors that tell nothing.
    static func text(_ checkpoint: Checkpoint) -> String? {
        let object = denseNet(checkpoint) ?? resnet3d(shapes(checkpoint))
        return object.map { JSONWriter.text(.object($0)) + "\n" }
    }

    /// What a checkpoint's model takes; nil for tensors that tell nothing of it.
    static func intendedInput(_ checkpoint: Checkpoint) -> IntendedInput? {
        denseNet(checkpoint)?["labels"] == nil ? nil : .frontalChestFilm
    }

    /// The shapes of the tensors by their names.
    private static func shapes(_ checkpoint: Checkpoint) -> [String: [Int]] {
        Dictionary(
            checkpoint.tensors.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
    }

    private static func denseNet(_ checkpoint: Checkpoint) -> JSONObject? {
        let shapes = shapes(checkpoint)
        guard let first = shapes["features.conv0.weight"], first.count == 4,
            let narrow = shapes["features.denseblock1.denselayer1.conv1.weight"]?.first,
            let growth = shapes["features.denseblock1.denselayer1.conv2.weight"]?.first, growth > 0
        else { return nil }
        var blocks: [JSONValue] = []
        while true {
            let prefix = "features.denseblock\(blocks.count + 1).denselayer"
            let layers = count { shapes["\(prefix)\($0 + 1).norm1.weight"] != nil }
            guard layers > 0 else { break }
            blocks.append(.integer(Int64(layers)))
        }
        var object = JSONObject()
        object["model_type"] = "densenet"
        object["growth_rate"] = .integer(Int64(growth))
        object["block_config"] = .array(blocks)
        object["num_init_features"] = .integer(Int64(first[0]))
        object["bn_size"] = .integer(Int64(narrow / growth))
        object["in_channels"] = .integer(Int64(first[1]))
        object["image_size"] = 224
        // One grey channel and 18 outputs are TorchXRayVision's.
        guard first[1] == 1, shapes["classifier.weight"]?.first == TorchXRayVision.labels.count
        else {
            return object
        }
        object["labels"] = .array(TorchXRayVision.labels.map { .string($0) })
        if let thresholds = numbers(
            "op_threshs", of: checkpoint, count: TorchXRayVision.labels.count)
        {
            object["op_threshs"] = .array(
                thresholds.map { $0.isFinite ? .number(Double($0)) : .null })
        }
        return object
    }

    private static func resnet3d(_ shapes: [String: [Int]]) -> JSONObject? {
        // Astra's names stand alone, Merlin's within the whole architecture.
        let prefix =
            ["", "encode_image.i3_resnet."].first { shapes[$0 + "conv1.weight"] != nil } ?? ""
        guard let first = shapes[prefix + "conv1.weight"], first.count == 5,
            first[2...] == [3, 7, 7], shapes[prefix + "layer1.0.conv2.weight"]?.count == 5
        else { return nil }
        var depths: [JSONValue] = []
        while true {
            let stage = "\(prefix)layer\(depths.count + 1)"
            let blocks = count { shapes["\(stage).\($0).conv1.weight"] != nil }
            guard blocks > 0 else { break }
            depths.append(.integer(Int64(blocks)))
        }
        var object = JSONObject()
        object["model_type"] = "i3d-resnet"
        object["depths"] = .array(depths)
        object["num_init_features"] = .integer(Int64(first[0]))
        object["in_channels"] = .integer(Int64(first[1]))
        object["volume"] = [224, 224, 160]
        object["spacing"] = [1.5, 1.5, 3]
        object["window"] = [-1000, 1000]
        if !prefix.isEmpty { object["tensor_prefix"] = .string(prefix) }
        return object
    }

    /// How many of 0, 1, 2 … hold, one after another.
    private static func count(while body: (Int) -> Bool) -> Int {
        var index = 0
        while body(index) { index += 1 }
        return index
    }

    /// A list of f32; nil when there is no such tensor.
    private static func numbers(
        _ name: String, of checkpoint: Checkpoint, count: Int
    ) -> [Float]? {
        guard let tensor = checkpoint.tensors.first(where: { $0.name == name }),
            tensor.type == .f32, tensor.shape == [count], tensor.isContiguous
        else { return nil }
        return tensor.storage.withBytes(of: checkpoint.file.bytes) { bytes -> [Float]? in
            guard bytes.count >= (tensor.offset + count) * 4 else { return nil }
            return (0..<count).map {
                bytes.loadUnaligned(fromByteOffset: (tensor.offset + $0) * 4, as: Float.self)
            }
        }
    }
}
