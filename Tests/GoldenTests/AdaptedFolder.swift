import FileKit
import FoundationModel
import Glibc
import Testing
import VigilCore
import Weights

/// A small model's folder of seeded weights, and the committed adapters, bound to it.
struct AdaptedFolder {
    let folder: TestFolder
    /// Of the weights' file.
    let base: String

    var path: String { folder.path }

    private static let clipConfiguration = """
        {"model_type": "clip", "projection_dim": 48,
         "vision_config": {"hidden_size": 96, "num_hidden_layers": 3, "num_attention_heads": 3,
          "intermediate_size": 200, "image_size": 40, "patch_size": 8},
         "text_config": {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
          "intermediate_size": 128, "hidden_act": "gelu", "vocab_size": 300,
          "max_position_embeddings": 20, "eos_token_id": 2}}
        """
    private static let dinov2Configuration = """
        {"model_type": "dinov2", "hidden_size": 48, "num_hidden_layers": 3,
         "num_attention_heads": 4, "image_size": 56, "patch_size": 14}
        """

    /// The CLIP of `make_adapter_vectors.py`.
    static func clip() throws -> AdaptedFolder {
        try AdaptedFolder(
            clipConfiguration,
            ClipTensors.list(ClipModelTests.small, names: WeightNames.huggingFace))
    }

    /// The DINOv2 of `make_adapter_vectors.py`.
    static func dinov2() throws -> AdaptedFolder {
        let json = try JSONParser.parse(Array(dinov2Configuration.utf8))
        let configuration = try Dinov2.configuration(json, imageSize: 56)
        let folder = try AdaptedFolder(
            dinov2Configuration,
            ClipTensors.vision(configuration, Dinov2.head, Dinov2.names(configuration)))
        try folder.write(
            "preprocessor_config.json",
            Array(#"{"crop_size": {"height": 56, "width": 56}}"#.utf8))
        return folder
    }

    private init(_ configuration: String, _ tensors: [ClipTensors.Tensor]) throws {
        folder = try TestFolder()
        let source = SeededWeights(seed: GoldenVectors.seed, tensors: tensors)
        let weights = "\(folder.path)/model.safetensors"
        try SafetensorsWriter.write(
            tensors.map { tensor in
                SafetensorsWriter.Tensor(name: tensor.name, shape: tensor.shape) {
                    source.fill(tensor, into: $0)
                }
            }, to: weights)
        base = try FrozenFile(path: weights).digest().hex
        try write("config.json", Array(configuration.utf8))
    }

    /// Writes a file of the folder, in a folder within where its name says so.
    func write(_ name: String, _ bytes: [UInt8]) throws {
        if let slash = name.lastIndex(of: "/") {
            try FileWriter.makeDirectory("\(path)/\(name[..<slash])")
        }
        let file = try #require(fopen("\(path)/\(name)", "wb"))
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    /// Copies a committed adapter, file or PEFT folder, bound to the weights.
    /// - Parameters:
    ///   - into: a folder within.
    ///   - replacing: a text of the file, by another of the same length.
    /// - Returns: its path.
    @discardableResult
    func adapter(
        _ name: String, into place: String = "chosen", replacing: (String, String)? = nil
    ) throws -> String {
        let here = #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex)
        let isFile = name.hasSuffix(".safetensors")
        let files =
            isFile ? [""] : ["/adapter_config.json", "/adapter_model.safetensors"]
        for file in files {
            var bytes = try #require(TestFiles.read("\(here)/Vectors/adapters/\(name)\(file)"))
            let zeros = Array(String(repeating: "0", count: 64).utf8)
            if let range = bytes.firstRange(of: zeros) {
                bytes.replaceSubrange(range, with: Array(base.utf8))
            }
            if let (old, new) = replacing, isFile || file.hasSuffix(".json") {
                let range = try #require(bytes.firstRange(of: Array(old.utf8)))
                try #require(!isFile || old.utf8.count == new.utf8.count)
                bytes.replaceSubrange(range, with: Array(new.utf8))
            }
            try write("\(place)/\(name)\(file)", bytes)
        }
        return "\(path)/\(place)/\(name)"
    }
}
