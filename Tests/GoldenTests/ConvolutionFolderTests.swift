import Conversion
import FileKit
import FoundationModel
import Glibc
import Imaging
import Tensor
import Testing
import VigilCore
import Weights

/// Folders of the convolutional families, whole and damaged, with small seeded weights.
@Suite("Folders of convolutional models")
struct ConvolutionFolderTests {
    static let denseNetText = """
        {"model_type": "densenet", "growth_rate": 8, "block_config": [2, 1],
         "num_init_features": 16, "bn_size": 2, "image_size": 32, "labels": ["Mass", "", "Edema"],
         "op_threshs": [0.1, 0.2, null]}
        """
    static let resnetText = """
        {"model_type": "i3d-resnet", "depths": [1, 1], "num_init_features": 4,
         "volume": [20, 18, 12], "tensor_prefix": "encode_image.i3_resnet.",
         "labels": ["Septicemia", "", "Anemia"]}
        """

    static func tensors(_ text: String) throws -> [ClipTensors.Tensor] {
        let json = try JSONParser.parse(Array(text.utf8))
        return json["model_type"]?.stringValue == "densenet"
            ? DenseNet.tensors(try DenseNet.configuration(json))
            : ResNet3d.tensors(try ResNet3d.configuration(json))
    }

    /// A folder with this configuration; `change` may alter or drop (nil) a tensor.
    private func folder(
        _ text: String, as other: String? = nil,
        change: (ClipTensors.Tensor, UnsafeMutableBufferPointer<Float>) -> Void = { _, _ in },
        without missing: String? = nil
    ) throws -> TestFolder {
        let folder = try TestFolder()
        let file = try #require(fopen("\(folder.path)/config.json", "w"))
        fputs(other ?? text, file)
        fclose(file)
        let tensors = try Self.tensors(text)
        let source = SeededWeights(seed: 5, tensors: tensors)
        try withoutActuallyEscaping(change) { change in
            try SafetensorsWriter.write(
                tensors.filter { $0.name != missing }.map { tensor in
                    SafetensorsWriter.Tensor(name: tensor.name, shape: tensor.shape) {
                        source.fill(tensor, into: $0)
                        change(tensor, $0)
                    }
                }, to: "\(folder.path)/model.safetensors")
        }
        return folder
    }

    private func refusal(_ folder: TestFolder) -> ModelError? {
        do throws(ModelError) {
            _ = try FoundationModelLoader.load(directory: folder.path)
            return nil
        } catch { return error }
    }

    @Test("a DenseNet's folder loads, gives a score for each named label, and verifies")
    func denseNet() throws {
        let folder = try folder(Self.denseNetText)
        guard case .labels(let model) = try FoundationModelLoader.load(directory: folder.path)
        else {
            Issue.record("another family")
            return
        }
        let images = (0..<3).map { index in
            GreyImage(
                width: 40, height: 50,
                pixels: (0..<2000).map { UInt8(truncatingIfNeeded: $0 * (index + 1)) })
        }
        let results = try ImageClassifier(model: model, head: nil, labels: model.labels).classify(
            images.compactMap { $0 })
        #expect(
            results.map { $0.scores.map(\.code) } == Array(repeating: ["mass", "edema"], count: 3))
        #expect(results.allSatisfy { $0.scores[1].probability == 0.5 })
        #expect(results.allSatisfy { (0...1).contains($0.scores[0].probability) })
        #expect(Set(results.map(\.digest)).count == 3)
        let recorded = try ModelVerification.run(directory: folder.path, isRecording: true)
        #expect(recorded.answer.image != nil && recorded.answer.text == nil)
        #expect(try ModelVerification.run(directory: folder.path).answerState == .matches)
    }

    @Test(
        "packed weights of int8 are kept, and give the same bits when they are read",
        arguments: [denseNetText, resnetText])
    func packedCache(_ text: String) throws {
        let (folder, cache) = (try folder(text), try TestFolder())
        var found: [[Float]] = []
        for expected in [LoadReport.Cache.written, .used] {
            let options = ModelOptions(precision: .int8, cacheDirectory: cache.path)
            let model = try FoundationModelLoader.load(directory: folder.path, options: options)
            let report =
                switch model {
                case .labels(let model): model.report
                case .volume(let model): model.report
                default: try #require(nil as LoadReport?)
                }
            #expect(report.cache == expected)
            let pixels = try #require(model.pixels)
            let input = GoldenVectors.numbers("input", scale: 1, count: pixels.imagePixels)
            found += try pixels.encode(images: [input])
        }
        #expect(found[0] == found[1] && found[0].contains { $0 != 0 })
    }

    @Test("a LoRA on a DenseNet's classifier is added to it")
    func adapted() throws {
        let folder = try folder(Self.denseNetText)
        let weights = try FrozenFile(path: "\(folder.path)/model.safetensors")
        let plain = try DenseNetModel.load(directory: folder.path)
        let lora = "\(folder.path)/lora.safetensors"
        let shapes = [("lora_A", [1, plain.embeddingWidth]), ("lora_B", [3, 1])]
        try SafetensorsWriter.write(
            shapes.map { name, shape in
                SafetensorsWriter.Tensor(
                    name: "base_model.model.classifier.\(name).weight", shape: shape
                ) { $0.update(repeating: 0.5) }
            },
            metadata: [
                "vigil.adapter": "1", "kind": "lora", "base": weights.digest().hex, "alpha": "1",
            ], to: lora)
        var options = ModelOptions()
        options.adapters = try AdapterSet(paths: [lora])
        let adapted = try DenseNetModel.load(directory: folder.path, options: options)
        let image = GoldenVectors.numbers("xray", scale: 1024, count: plain.imagePixels)
        let embedding = try plain.encode(images: [image])[0]
        #expect(try adapted.encode(images: [image])[0] == embedding)
        let logits = try [plain, adapted].map { model in
            try embedding.withUnsafeBufferPointer {
                try #require(model.labels).scores($0).map(\.logitDifference)
            }
        }
        let sum = embedding.reduce(0, +) / 4
        #expect(abs(sum) > 0.1)
        for (before, after) in zip(logits[0], logits[1]) {
            #expect(abs(after - before - sum) <= 1e-4 * max(1, abs(sum)))
        }
    }

    @Test("weights of TorchXRayVision's form, converted, load and score its 18 labels")
    func converted() throws {
        let parts = #filePath.split(separator: "/").dropLast(2)
        let vectors = "/" + parts.joined(separator: "/") + "/ConversionTests/Vectors"
        let folder = try TestFolder()
        let path = "\(folder.path)/xray"
        _ = try ModelConversion(source: "\(vectors)/xray-densenet.pt", destination: path).run()
        let model = try DenseNetModel.load(directory: path)
        #expect(model.imageSize == 224 && model.embeddingWidth == 6)
        let head = try #require(model.labels)
        let image = GoldenVectors.numbers("xray", scale: 1024, count: model.imagePixels)
        let embedding = try model.encode(images: [image])[0]
        let scores = try embedding.withUnsafeBufferPointer { try head.scores($0) }
        #expect(scores.map(\.code).prefix(2) == ["atelectasis", "consolidation"])
        #expect(scores.count == 18 && scores[13].probability == 0.5)
    }

    @Test("an encoder of volumes loads from its folder and verifies")
    func volume() throws {
        let folder = try folder(Self.resnetText)
        guard case .volume(let model) = try FoundationModelLoader.load(directory: folder.path)
        else {
            Issue.record("another family")
            return
        }
        #expect(model.embeddingWidth == 32 && model.labels?.codes == ["septicemia", "anemia"])
        #expect(model.preprocessing.canonicalText.contains("center 20 18 12"))
        let recorded = try ModelVerification.run(directory: folder.path, isRecording: true)
        #expect(recorded.answer.image != nil && recorded.identity.family == "i3d-resnet")
        let reduced = try ModelVerification.run(
            directory: folder.path, options: ModelOptions(precision: .int8))
        #expect(reduced.answerState == .matches)
        #expect(reduced.cosine.map { $0 >= 0.999 && $0 < 1 } == true)
    }

    @Test(
        "a missing tensor is refused with its name and shape",
        arguments: [denseNetText, resnetText])
    func missing(_ text: String) throws {
        for tensor in try Self.tensors(text) {
            let error = try #require(refusal(folder(text, without: tensor.name)), "\(tensor.name)")
            #expect(error.code == "weights_missing_tensor")
            #expect(error.what.text.contains(tensor.name), "\(error)")
            #expect(error.what.text.contains("\(tensor.shape[0])"), "\(error)")
        }
    }

    @Test("a tensor of another shape is refused with both shapes")
    func shapes() throws {
        let labels = ("[\"Mass\", \"\", \"Edema\"]", "[\"Mass\", \"Edema\"]")
        for (text, change, name, found) in [
            (Self.denseNetText, ("\"growth_rate\": 8", "\"growth_rate\": 4"), "conv1.weight", "16"),
            (Self.denseNetText, labels, "classifier.weight", "3"),
            (
                Self.resnetText, ("\"num_init_features\": 4", "\"num_init_features\": 8"), "conv1",
                "4"
            ),
        ] {
            var other = text.replacing(change.0, with: change.1)
            if name == "classifier.weight" {
                other = other.replacing("[0.1, 0.2, null]", with: "[0.1, null]")
            }
            let error = try #require(refusal(folder(text, as: other)))
            #expect(error.code == "weights_wrong_shape", "\(error)")
            #expect(error.what.text.contains(name) && error.what.text.contains(found), "\(error)")
        }
    }

    @Test("NaN weights, and a variance that gives none, are refused with the tensor's name")
    func notFinite() throws {
        for (text, name) in [
            (Self.denseNetText, "features.denseblock1.denselayer2.conv2.weight"),
            (Self.denseNetText, "features.norm3.bias"), (Self.denseNetText, "classifier.weight"),
            (Self.resnetText, "encode_image.i3_resnet.layer2.0.downsample.0.weight"),
            (Self.resnetText, "encode_image.i3_resnet.bn1.running_mean"),
        ] {
            let folder = try folder(
                text, change: { if $0.name == name { $1[$1.count - 1] = .nan } })
            let error = try #require(refusal(folder), "\(name)")
            #expect(error.code == "weights_not_finite" && error.what.text.contains(name))
        }
        let name = "encode_image.i3_resnet.layer1.0.bn2.running_var"
        let folder = try folder(Self.resnetText, change: { if $0.name == name { $1[1] = -2 } })
        let error = try #require(refusal(folder))
        #expect(error.code == "weights_not_finite" && error.what.text.contains(name))
    }

    @Test("a file that ends early is refused", arguments: [denseNetText, resnetText])
    func truncated(_ text: String) throws {
        let folder = try folder(text)
        let path = "\(folder.path)/model.safetensors"
        let size = try #require(TestFiles.read(path)).count
        for left in [size - 1, size / 2, 9, 0] {
            try #require(truncate(path, left) == 0)
            #expect(refusal(folder) != nil, "\(left) bytes")
        }
    }

    @Test(
        "fields of the configuration that fit no model are refused by name",
        arguments: [
            (denseNetText, "\"growth_rate\": 8", "\"growth_rate\": 0", "growth_rate"),
            (denseNetText, "[2, 1]", "[2, \"x\"]", "block_config"),
            (denseNetText, "[2, 1]", "[]", "block_config"),
            (denseNetText, "\"image_size\": 32", "\"image_size\": 4, \"x\": 1", "image_size"),
            (denseNetText, "\"bn_size\": 2", "\"in_channels\": 3", "in_channels"),
            (denseNetText, "[0.1, 0.2, null]", "[0.1, 0.2]", "op_threshs"),
            (denseNetText, "[0.1, 0.2, null]", "[0.1, 1.5, null]", "op_threshs"),
            (resnetText, "[20, 18, 12]", "[20, 18]", "volume"),
            (resnetText, "[20, 18, 12]", "[20, 18, 9999]", "volume"),
            (resnetText, "[1, 1]", "[1, 1], \"window\": [5, 5]", "window"),
            (resnetText, "[1, 1]", "[1, 1], \"spacing\": [1, 1, 0]", "spacing"),
        ])
    func fields(_ text: String, _ old: String, _ new: String, _ field: String) throws {
        let changed = text.replacing(old, with: new)
            .replacing("[2, 1]", with: field == "image_size" ? "[2, 1, 1]" : "[2, 1]")
        #expect(changed != text)
        let error = try #require(refusal(folder(text, as: changed)))
        #expect(error.code == "model_bad_configuration", "\(error)")
        #expect(error.what.text.contains(field), "\(error)")
    }
}
