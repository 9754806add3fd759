import FileKit
import FoundationModel
import Tensor
import Testing
import VigilCore
import Weights

/// Adapters against PyTorch and PEFT, and adapters that do not belong.
@Suite("Adapters")
struct AdapterTests {
    static let images = (0..<3).map {
        GoldenVectors.numbers("study.\($0)", scale: 2, count: 3 * 40 * 40)
    }

    private func classifier(
        _ folder: AdaptedFolder, _ paths: [String]
    ) throws -> ImageClassifier {
        var options = ModelOptions()
        options.adapters = try AdapterSet(paths: paths, modelDirectory: folder.path)
        return try ImageClassifier.load(directory: folder.path, options: options)
    }

    private func classify(_ classifier: ImageClassifier) throws -> [ImageResult] {
        try Self.images.flatMap { $0 }.withUnsafeBufferPointer {
            try classifier.classify(images: $0, count: 3)
        }
    }

    private func numbers(_ json: JSONValue?) throws -> [[Double]] {
        try #require(json?.arrayValue).map { row in
            try #require(row.arrayValue).compactMap(\.doubleValue)
        }
    }

    @Test("a merged LoRA gives the embeddings that PEFT gives, of images and texts")
    func loraOfClip() throws {
        let vectors = try GoldenVectors.json("adapters")
        let folder = try AdaptedFolder.clip()
        var options = ModelOptions()
        options.adapters = try AdapterSet(paths: [folder.adapter("lora-clip")])
        let model = try ClipModel.load(directory: folder.path, options: options)
        var agreement = Agreement()
        agreement.compare(
            try model.encode(images: Self.images), try GoldenVectors.rows(vectors["image"]))
        let texts: [[Int32]] = [[298, 5, 17, 120, 299], [298, 3, 3, 3, 8, 299]]
        agreement.compare(
            try model.encode(tokens: texts), try GoldenVectors.rows(vectors["text"]))
        #expect(agreement.greatestError <= 2e-5, "\(agreement)")
        // It is no small change: without it the embeddings point elsewhere.
        let plain = try GoldenVectors.rows(vectors["plain"])
        let cosines = zip(plain, try GoldenVectors.rows(vectors["image"])).map {
            zip($0, $1).reduce(0) { $0 + $1.0 * $1.1 }
        }
        #expect(cosines.allSatisfy { $0 < 0.99 })
        #expect(model.identity.adapters.map(\.kind) == [.lora])
        #expect(model.identity.encoderDigest != model.identity.digest)
    }

    @Test("so does one of DINOv2 under transformers' new names, scaled by the rank's root")
    func loraOfDinov2() throws {
        let vectors = try GoldenVectors.json("adapters")
        let folder = try AdaptedFolder.dinov2()
        var options = ModelOptions()
        options.adapters = try AdapterSet(paths: [folder.adapter("lora-dinov2")])
        let model = try VisionModel.load(directory: folder.path, options: options)
        let image = GoldenVectors.numbers("study.0", scale: 2, count: 3 * 56 * 56)
        var agreement = Agreement()
        agreement.compare(
            try model.encode(images: [image]), try GoldenVectors.rows(vectors["dinov2"]))
        #expect(agreement.greatestError <= 2e-5, "\(agreement)")
    }

    @Test("several heads on one pass give PyTorch's probabilities, calibrated")
    func heads() throws {
        let vectors = try GoldenVectors.json("adapters")
        let folder = try AdaptedFolder.clip()
        let names = ["relu", "gelu", "gelu_tanh", "quick_gelu"]
        let classifier = try classifier(
            folder,
            [folder.adapter("probe.safetensors")]
                + names.map { try folder.adapter("mlp-\($0).safetensors") })
        #expect(classifier.heads.count == 5 && classifier.head == nil)
        let results = try classify(classifier)
        for (place, head) in classifier.heads.enumerated() {
            let name = head.identity.name
            let expected = try numbers(
                name == "probe" ? vectors["probe"] : vectors["mlp"]?[String(name.dropFirst(4))])
            for (result, row) in zip(results, expected) {
                let found = result.headScores.filter { $0.head == place }
                #expect(found.count == row.count && found.count == head.labels.count)
                for (score, probability) in zip(found, row) {
                    #expect(abs(Double(score.probability) - probability) <= 2e-6, "\(name)")
                }
            }
        }
        let probe = try #require(classifier.heads.first { $0.identity.name == "probe" })
        #expect(probe.labels.map(\.code) == ["pneumothorax", "effusion", "nodule"])
        #expect(probe.labels.map(\.threshold) == [0.3, 0.5, 0.7])
        // As files of earlier versions state it.
        #expect(probe.labels.map(\.acuity) == [.stat, .urgent, .asap])
    }

    @Test("heads change no bit of the embedding, and none of each other's")
    func headsAreApart() throws {
        let folder = try AdaptedFolder.clip()
        let probe = try folder.adapter("probe.safetensors")
        let mlp = try folder.adapter("mlp-relu.safetensors")
        let alone = try classify(classifier(folder, [probe]))
        let both = try classify(classifier(folder, [mlp, probe]))
        let plain = try classify(classifier(folder, []))
        for index in 0..<3 {
            #expect(alone[index].embedding == plain[index].embedding)
            #expect(both[index].embedding == plain[index].embedding)
            let codes = alone[index].headScores.map(\.code)
            let again = both[index].headScores.filter { codes.contains($0.code) }
            #expect(again.map(\.probability) == alone[index].headScores.map(\.probability))
        }
    }

    @Test("adapters of the model's folder are loaded, in an order that names do not change")
    func modelFolder() throws {
        let folder = try AdaptedFolder.clip()
        let digest = try ClipModel.load(directory: folder.path).identity.digest
        try folder.adapter("probe.safetensors", into: "adapters")
        let mlp = try folder.adapter("mlp-gelu.safetensors", into: "adapters")
        let lora = try folder.adapter("lora-clip")
        let set = try AdapterSet(paths: [], modelDirectory: folder.path)
        #expect(set.identities.map(\.name).sorted() == ["mlp-gelu", "probe"])
        #expect(set.loras.isEmpty)
        let other = try AdapterSet(paths: [mlp, mlp, lora], modelDirectory: folder.path)
        #expect(other.identities.map(\.kind).first == .lora)
        #expect(Array(other.identities.dropFirst()) == set.identities)
        // They are no part of the model's own digest, or none could be bound to it.
        #expect(try ClipModel.load(directory: folder.path).identity.digest == digest)
    }

    @Test("a cache of packed weights does not mix adapted and plain ones")
    func packedCache() throws {
        let folder = try AdaptedFolder.clip()
        let cache = try TestFolder()
        var options = ModelOptions(precision: .int8, cacheDirectory: cache.path)
        let plain = try ClipModel.load(directory: folder.path, options: options)
        options.adapters = try AdapterSet(paths: [folder.adapter("lora-clip")])
        let adapted = try ClipModel.load(directory: folder.path, options: options)
        #expect(adapted.report.cache == .written)
        let expected = try adapted.encode(images: Self.images)
        #expect(try plain.encode(images: Self.images) != expected)
        let again = try ClipModel.load(directory: folder.path, options: options)
        #expect(again.report.cache == .used)
        #expect(try again.encode(images: Self.images) == expected)
    }
}
