import FoundationModel
import Glibc
import Imaging
import Tensor
import Testing
import VigilCore

/// DenseNet-121 of one channel and 18 labels against torchvision, layer by layer.
@Suite("Golden vectors of DenseNet", .serialized)
struct DenseNetTests {
    static let labels = (0..<18).map { "Label \($0)" }

    static func configuration(_ more: (String, JSONValue)...) throws -> DenseNetConfiguration {
        var json = JSONObject()
        json["model_type"] = "densenet"
        json["labels"] = .array(labels.map { .string($0) })
        for (name, value) in more { json[name] = value }
        return try DenseNet.configuration(.object(json))
    }

    static func model(
        _ configuration: DenseNetConfiguration, _ options: ModelOptions = ModelOptions()
    ) throws -> DenseNetModel {
        try DenseNetModel.make(
            source: SeededWeights(
                seed: GoldenVectors.seed, tensors: DenseNet.tensors(configuration)),
            configuration: configuration, identity: .generated, options: options)
    }

    static func image(_ index: Int, size: Int = 224) -> [Float] {
        GoldenVectors.numbers(
            "xray.\(index)", scale: [2, 0.5][index], count: size * size)
    }

    @Test("each layer, the features and the labels' logits are those of torchvision")
    func agrees() throws {
        let vectors = try GoldenVectors.json("densenet121")
        let model = try Self.model(Self.configuration())
        let probes = try FeatureProbe.all(vectors["states"])
        #expect(probes.count == 1 + 58 + 3)
        var errors: [Double] = []
        var out = [Float](repeating: 0, count: model.embeddingWidth)
        try Self.image(0).withUnsafeBufferPointer { image in
            try out.withUnsafeMutableBufferPointer { out in
                var pass = try model.beginPass(images: image, count: 1, into: out)
                while pass.remaining > 1 {
                    try pass.step()
                    let index = errors.count
                    model.withState(of: pass) { state, columns, stride in
                        errors.append(
                            probes[index].error(
                                state, columns: columns, stride: stride, "state \(index)"))
                    }
                }
            }
        }
        #expect(errors.count == probes.count)
        // 1e-3 is asked for.
        #expect(errors.allSatisfy { $0 <= 2e-5 }, "\(errors)")
        let features = try model.encode(images: [Self.image(0), Self.image(1)])
        var agreement = Agreement()
        agreement.compare(features, try GoldenVectors.rows(vectors["image"]))
        let head = try #require(model.labels)
        for (feature, expected) in zip(features, try GoldenVectors.rows(vectors["logits"])) {
            let scores = try feature.withUnsafeBufferPointer { try head.scores($0) }
            agreement.compare(scores.map(\.logitDifference), expected)
            for score in scores {
                let sigmoid = 1 / (1 + exp(-Double(score.logitDifference)))
                #expect(abs(Double(score.probability) - sigmoid) < 1e-6)
            }
        }
        #expect(agreement.greatestError <= 2e-5, "\(agreement)")
    }

    @Test("a probability is bent so that its operating point lies at one half")
    func operatingPoints() throws {
        var thresholds = [JSONValue](repeating: 0.25, count: 18)
        thresholds[3] = .null
        var labels = Self.labels.map { JSONValue.string($0) }
        labels[5] = ""
        let bent = try Self.model(
            Self.configuration(("op_threshs", .array(thresholds)), ("labels", .array(labels))))
        let plain = try Self.model(Self.configuration())
        let feature = try plain.encode(images: [Self.image(1)])[0]
        let scores = try feature.withUnsafeBufferPointer {
            (try #require(plain.labels).scores($0), try #require(bent.labels).scores($0))
        }
        #expect(scores.1.count == 17 && !scores.1.contains { $0.code == "label_5" })
        // Of a label that no operating point is stated for, one half says nothing.
        #expect(bent.labels?.untrained == [3] && plain.labels?.untrained == [])
        for score in scores.1 {
            let before = try #require(scores.0.first { $0.code == score.code })
            let p = Double(before.probability)
            let expected =
                score.code == "label_3" ? 0.5 : p < 0.25 ? p / 0.5 : 1 - (1 - p) / (2 * 0.75)
            #expect(abs(Double(score.probability) - expected) < 1e-6, "\(score.code)")
        }
    }

    @Test("an image has the same bits in any batch and with any number of threads")
    func batches() throws {
        let configuration = try Self.configuration(
            ("image_size", 64), ("block_config", [2, 3]), ("labels", []))
        let images = (0..<6).map { index in
            GoldenVectors.numbers("small.\(index)", scale: 1, count: 64 * 64)
        }
        let expected = try Self.model(configuration, ModelOptions(threads: 1)).encode(
            images: images)
        let other = try Self.model(configuration, ModelOptions(threads: 3))
        #expect(other.labels == nil)
        for (image, embedding) in zip(images, expected) {
            #expect(try other.encode(images: [image]) == [embedding])
        }
        #expect(try other.encode(images: images) == expected)
    }
}
