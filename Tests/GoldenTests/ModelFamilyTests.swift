import FileKit
import FoundationModel
import Glibc
import Imaging
import Tensor
import Testing
import VigilCore
import Weights

/// Folders of every family, as their authors publish them, with small seeded weights.
@Suite("Model families")
struct ModelFamilyTests {
    /// A folder with these files and the tensors that belong to them.
    private func folder(
        _ files: [String: String], _ tensors: [ClipTensors.Tensor], without missing: String? = nil,
        seed: UInt64 = 5
    ) throws -> TestFolder {
        let folder = try TestFolder()
        for (name, text) in files { try write(Array(text.utf8), to: "\(folder.path)/\(name)") }
        let source = SeededWeights(seed: seed, tensors: tensors)
        try SafetensorsWriter.write(
            tensors.filter { $0.name != missing }.map { tensor in
                SafetensorsWriter.Tensor(name: tensor.name, shape: tensor.shape) {
                    source.fill(tensor, into: $0)
                }
            }, to: "\(folder.path)/model.safetensors")
        return folder
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }

    private static let vocabulary =
        (["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "lung", "##s", "is", "clear"]
            .joined(separator: "\n")) + "\n"

    private static let bert = """
        {"model_type": "bert", "hidden_size": 48, "num_hidden_layers": 2,
         "num_attention_heads": 4, "intermediate_size": 96, "vocab_size": 10,
         "max_position_embeddings": 32}
        """
    private static let dinov2 = """
        {"model_type": "dinov2_with_registers", "hidden_size": 48, "num_hidden_layers": 3,
         "num_attention_heads": 4, "image_size": 56, "patch_size": 14, "use_swiglu_ffn": true}
        """
    private static let processor = """
        {"do_center_crop": true, "crop_size": {"height": 42, "width": 42},
         "size": {"shortest_edge": 48}, "image_mean": [0.5307, 0.5307, 0.5307],
         "image_std": [0.2583, 0.2583, 0.2583]}
        """
    private static let siglip = """
        {"model_type": "siglip",
         "text_config": {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
          "intermediate_size": 96, "vocab_size": 50, "max_position_embeddings": 12},
         "vision_config": {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
          "intermediate_size": 96, "image_size": 44, "patch_size": 14}}
        """

    private func json(_ text: String) throws -> JSONValue {
        try JSONParser.parse(Array(text.utf8))
    }

    private func bertTensors() throws -> [ClipTensors.Tensor] {
        ClipTensors.text(
            try Bert.configuration(json(Self.bert)), HeadConfiguration(widths: []), Bert.names)
    }

    @Test("a BERT's folder gives a text encoder with its sequence length")
    func loadsBert() throws {
        let folder = try folder(
            [
                "config.json": Self.bert, "vocab.txt": Self.vocabulary,
                "sentence_bert_config.json": #"{"max_seq_length": 6}"#,
            ], bertTensors())
        let loaded = try FoundationModelLoader.load(directory: folder.path)
        #expect(loaded.images == nil)
        let model = try #require(loaded.texts)
        #expect(model.hasText && model.embeddingWidth == 48)
        let found = try model.encode(text: ["The lungs is clear", "the the the the the the the"])
        #expect(try model.encode(tokens: [[2, 5, 6, 7, 8, 3], [2, 5, 5, 5, 5, 3]]) == found)
        for row in found {
            #expect(abs(row.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        }
        #expect(throws: ModelError.self) { try model.encode(tokens: [[2, 10, 3]]) }
        #expect(
            throws: ModelError.unknownFamily(found: "bert", expected: "clip, siglip, timm-bert")
        ) { try ClipModel.load(directory: folder.path) }
    }

    @Test("a DINOv2's folder gives an image encoder that runs at the crop's size")
    func loadsDinov2() throws {
        let configuration = try Dinov2.configuration(json(Self.dinov2), imageSize: 42)
        let tensors = ClipTensors.vision(
            configuration, Dinov2.head, Dinov2.names(configuration))
        let folder = try folder(
            ["config.json": Self.dinov2, "preprocessor_config.json": Self.processor], tensors)
        let loaded = try FoundationModelLoader.load(directory: folder.path)
        #expect(loaded.texts == nil)
        let model = try #require(loaded.images)
        #expect(model.identity.family == "dinov2" && model.imageSize == 42)
        #expect(model.preprocessing.resize == .shortestEdge(48))
        #expect(model.preprocessing.mean == [0.5307, 0.5307, 0.5307])
        let plain = try VisionModel.make(
            source: SeededWeights(seed: 5, tensors: tensors), configuration: configuration,
            identity: .generated)
        let images = [GoldenVectors.numbers("image", scale: 2, count: 3 * 42 * 42)]
        #expect(try model.encode(images: images) == plain.encode(images: images))
        let none = try self.folder(["config.json": Self.dinov2], tensors)
        #expect(throws: ModelError.self) { try FoundationModelLoader.load(directory: none.path) }
    }

    @Test("a SigLIP's folder gives both, and its bits do not depend on the batch")
    func loadsSiglip() throws {
        let configuration = try Siglip.configuration(json(Self.siglip))
        let tensors = ClipTensors.list(configuration, names: Siglip.names)
        let folder = try folder(["config.json": Self.siglip], tensors)
        let model = try ClipModel.load(directory: folder.path)
        #expect(model.identity.family == "siglip" && model.logitBias == -10)
        #expect(model.preprocessing.resize == .exact(width: 44, height: 44))
        #expect(model.preprocessing.mean == [0.5, 0.5, 0.5])
        let images = (0..<5).map {
            GoldenVectors.numbers("image.\($0)", scale: 2, count: 3 * 44 * 44)
        }
        #expect(
            try model.encode(images: images)
                == images.flatMap { try model.encode(images: [$0]) })
        let texts: [[Int32]] = [[4], [7, 30, 2, 9]]
        #expect(
            try model.encode(tokens: texts)
                == texts.flatMap { try model.encode(tokens: [$0]) })
        // Padding is part of the text, so that a text which ends in it is the same one.
        #expect(try model.encode(tokens: [[4, 1, 1]]) == model.encode(tokens: [[4]]))
    }

    @Test("prompts through spiece.model give transformers' embeddings")
    func siglipPrompts() throws {
        let vectors = try GoldenVectors("siglip-text")
        let prompts = try #require(vectors.json["prompts"]?.arrayValue).compactMap(\.stringValue)
        let size = try #require(vectors.json["vocabulary"]?.intValue)
        let text = Self.siglip.replacing("\"vocab_size\": 50", with: "\"vocab_size\": \(size)")
            .replacing("\"max_position_embeddings\": 12", with: "\"max_position_embeddings\": 64")
        let tensors = try ClipTensors.list(
            Siglip.configuration(json(text)), names: Siglip.names)
        let folder = try folder(["config.json": text], tensors, seed: GoldenVectors.seed)
        #expect(try !ClipModel.load(directory: folder.path).hasText)
        let model = try #require(TestFiles.read(Self.pieces))
        try write(model, to: "\(folder.path)/spiece.model")
        let loaded = try ClipModel.load(directory: folder.path)
        var agreement = Agreement()
        agreement.compare(try loaded.encode(text: prompts), vectors.text)
        #expect(prompts.count > 20 && agreement.greatestError <= 2e-5, "\(agreement)")
    }

    /// A `spiece.model` of the tokenizers' tests.
    private static let pieces = String(
        #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex)
            + "/../TokenizersTests/Vectors/spiece.model")

    @Test("a tokenizer of another model is refused with what was expected and found")
    func wrongTokenizers() throws {
        let lists = [
            Self.vocabulary + "more\n", Self.vocabulary.replacing("clear\n", with: ""),
        ]
        for list in lists {
            let files = ["config.json": Self.bert, "vocab.txt": list]
            let folder = try folder(files, bertTensors())
            do throws(ModelError) {
                _ = try FoundationModelLoader.load(directory: folder.path)
                Issue.record("it loaded")
            } catch {
                #expect(error.code == "model_wrong_tokenizer")
                #expect(error.what.text.contains("expected 10 tokens"), "\(error)")
            }
        }
        let configuration = try Siglip.configuration(json(Self.siglip))
        let tensors = ClipTensors.list(configuration, names: Siglip.names)
        let other = try folder(["config.json": Self.siglip], tensors)
        try write(#require(TestFiles.read(Self.pieces)), to: "\(other.path)/spiece.model")
        #expect(throws: ModelError.self) { try ClipModel.load(directory: other.path) }
        try write(Array("{}".utf8), to: "\(other.path)/spiece.model")
        #expect(throws: ModelError.self) { try ClipModel.load(directory: other.path) }
    }

    @Test("int8 keeps each family's direction", arguments: ["siglip", "dinov2"])
    func quantised(_ family: String) throws {
        func model(_ precision: Precision) throws -> any ImageEncoder {
            let options = ModelOptions(precision: precision)
            if family == "siglip" {
                let configuration = try Siglip.configuration(json(Self.siglip))
                let tensors = ClipTensors.list(configuration, names: Siglip.names)
                return try ClipModel.make(
                    source: SeededWeights(seed: 5, tensors: tensors), configuration: configuration,
                    names: Siglip.names, identity: .generated, options: options)
            }
            let configuration = try Dinov2.configuration(json(Self.dinov2))
            let tensors = ClipTensors.vision(
                configuration, Dinov2.head, Dinov2.names(configuration))
            return try VisionModel.make(
                source: SeededWeights(seed: 5, tensors: tensors), configuration: configuration,
                identity: .generated, options: options)
        }
        let exact = try model(.fp32)
        let images = [GoldenVectors.numbers("image", scale: 2, count: exact.imagePixels)]
        let (a, b) = (
            try exact.encode(images: images)[0], try model(.int8).encode(images: images)[0]
        )
        func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        #expect(dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot() >= 0.995)
    }

    @Test("an unknown family or activation is refused with what was expected")
    func unknown() throws {
        let files = ["config.json": #"{"model_type": "llama"}"#, "vocab.txt": Self.vocabulary]
        let folder = try folder(files, bertTensors())
        do throws(ModelError) {
            _ = try FoundationModelLoader.load(directory: folder.path)
            Issue.record("it loaded")
        } catch {
            #expect(error.code == "model_unknown_family")
            for name in ["llama", "clip", "siglip", "dinov2", "bert"] {
                #expect(error.what.text.contains(name))
            }
        }
        #expect(try ModelFamily.detect(json(#"{"architectures": ["BertModel"]}"#)) == .bert)
        let strange = Self.bert.replacing(
            "\"model_type\"", with: "\"hidden_act\": \"relu\", \"model_type\"")
        let other = try self.folder(["config.json": strange], bertTensors())
        do throws(ModelError) {
            _ = try FoundationModelLoader.load(directory: other.path)
            Issue.record("it loaded")
        } catch {
            #expect(error.code == "model_unknown_activation")
            #expect(error.what.text.contains("relu") && error.what.text.contains("gelu"))
        }
    }

    @Test("a missing tensor is refused with its name and shape")
    func missingTensor() throws {
        let name = "encoder.layer.1.output.LayerNorm.weight"
        let folder = try folder(["config.json": Self.bert], bertTensors(), without: name)
        do throws(ModelError) {
            _ = try FoundationModelLoader.load(directory: folder.path)
            Issue.record("it loaded")
        } catch {
            #expect(error.what.text.contains(name) && error.what.text.contains("48"))
        }
    }

    @Test("OpenCLIP's configuration of BiomedCLIP is read, and another tower is refused")
    func openClip() throws {
        let configuration = try TimmBert.configuration(TimmBertTests.json)
        #expect(configuration.vision.encoder.epsilon == 1e-6)
        #expect(configuration.text.contextLength == 256 && configuration.embeddingWidth == 512)
        #expect(configuration.textHead.widths == [640, 512])
        let text = JSONWriter.text(TimmBertTests.json)
        for (old, new) in [
            ("vit_base_patch16_224", "resnet50"), ("vit_base_patch16_224", "vit_base_patch0_224"),
            ("cls_last_hidden_state_pooler", "mean_pooler"), ("\"mlp\"", "\"linear\""),
            ("256", "9999999"),
        ] {
            #expect(throws: ModelError.self) {
                try TimmBert.configuration(json(text.replacing(old, with: new)))
            }
        }
    }
}
