import FoundationModel
import Imaging
import Tensor
import Testing
import VigilCore

/// Shares of patches against the same sums in PyTorch, family by family.
@Suite("Evidence")
struct EvidenceTests {
    /// The most that sum and logit may differ by.
    private static let errorMax = 1e-4

    struct Family: Sendable, CustomTestStringConvertible {
        let name: String
        let size: Int
        var images = 3
        let make: @Sendable (ModelOptions) throws -> any PixelEncoder
        var testDescription: String { name }

        func image(_ index: Int) -> [Float] {
            if name == "densenet" { return DenseNetTests.image(index % 2) }
            return name == "i3d"
                ? GoldenVectors.numbers(
                    index == 0 ? "volume" : "volume.\(index)", scale: 1, count: 42 * 30 * 22)
                : GoldenVectors.numbers("study.\(index)", scale: 2, count: 3 * size * size)
        }
    }

    static let families = [
        Family(name: "clip", size: 40) { options in
            try ClipModel.make(
                source: SeededWeights(
                    seed: GoldenVectors.seed, configuration: ClipModelTests.small),
                configuration: ClipModelTests.small, identity: .generated, options: options)
        },
        Family(name: "siglip", size: 48) { options in
            let text: JSONValue = [
                "hidden_size": 48, "num_hidden_layers": 1, "num_attention_heads": 4,
                "intermediate_size": 64, "vocab_size": 64, "max_position_embeddings": 8,
            ]
            let vision: JSONValue = [
                "hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4,
                "intermediate_size": 100, "image_size": 48, "patch_size": 16,
            ]
            return try pair(
                Siglip.configuration([
                    "model_type": "siglip", "vision_config": vision, "text_config": text,
                ]), Siglip.names, options)
        },
        Family(name: "biomedclip", size: 224, images: 1) { options in
            try pair(TimmBert.configuration(tiny), TimmBert.names, options)
        },
        Family(name: "dinov2", size: 56) { options in
            let configuration = try Dinov2.configuration(
                [
                    "model_type": "dinov2", "hidden_size": 48, "num_hidden_layers": 6,
                    "num_attention_heads": 4, "image_size": 56, "patch_size": 14,
                ], imageSize: 56)
            let tensors = ClipTensors.vision(
                configuration, Dinov2.head, Dinov2.names(configuration))
            return try VisionModel.make(
                source: SeededWeights(seed: GoldenVectors.seed, tensors: tensors),
                configuration: configuration, identity: .generated, options: options)
        },
        Family(name: "densenet", size: 224, images: 1) { options in
            try DenseNetTests.model(DenseNetTests.configuration(), options)
        },
        Family(name: "i3d", size: 0, images: 1) { options in
            try VolumeModelTests.model(
                VolumeModelTests.configuration(
                    ("volume", [30, 22, 42]), ("depths", [1, 2]), ("num_init_features", 16),
                    ("labels", ["label 0", "label 1", "label 2", "label 3", "label 4"])), options)
        },
    ]

    /// BiomedCLIP's file with the smallest of timm's towers.
    private static let tiny: JSONValue = [
        "model_cfg": [
            "embed_dim": 512,
            "vision_cfg": [
                "timm_model_name": "vit_tiny_patch16_224", "timm_pool": "", "timm_proj": "linear",
                "image_size": 224,
            ],
            "text_cfg": [
                "proj": "mlp", "pooler_type": "cls_last_hidden_state_pooler",
                "context_length": 256,
            ],
        ]
    ]

    private static func pair(
        _ configuration: ClipConfiguration, _ names: TwoTowerNames, _ options: ModelOptions
    ) throws -> ClipModel {
        try ClipModel.make(
            source: SeededWeights(
                seed: GoldenVectors.seed, tensors: ClipTensors.list(configuration, names: names)),
            configuration: configuration, names: names, identity: .generated, options: options)
    }

    /// A model with what the vectors ask of it.
    private func scene(
        _ family: Family, _ options: ModelOptions = ModelOptions()
    ) throws -> (Explainer, LogitReadout) {
        let model = try family.make(options)
        let classifier = ImageClassifier(
            model: model, head: nil,
            labels: (model as? DenseNetModel)?.labels ?? (model as? VolumeModel)?.labels)
        let explainer = try Explainer(classifier)
        if classifier.labels != nil {
            return (explainer, try classifier.readout(of: "label_3", adapter: nil))
        }
        let direction = GoldenVectors.numbers(
            "evidence.direction", scale: 1, count: model.embeddingWidth
        ).map { 14 * Double($0) }
        let readout = LogitReadout(code: "made", direction: direction, bias: 0.25) { result in
            let logit = zip(result.embedding, direction).reduce(0.25) { $0 + Double($1.0) * $1.1 }
            return EvidenceScore(logit: Float(logit), probability: 0.5)
        }
        return (explainer, readout)
    }

    @Test("shares and terms are those of the same sums in PyTorch", arguments: families)
    func golden(_ family: Family) throws {
        let vectors = try GoldenVectors.json("evidence")
        let rows = try #require(vectors[family.name]?.arrayValue)
        #expect(rows.count == family.images)
        let (explainer, readout) = try scene(family)
        for (index, row) in rows.enumerated() {
            let found = try explainer.explain(family.image(index), [readout])[0]
            let expected = try #require(row["shares"]?.arrayValue).compactMap(\.doubleValue)
            let greatest = try #require(expected.map(\.magnitude).max())
            #expect(found.shares.count == expected.count)
            for (a, b) in zip(found.shares, expected) {
                #expect(abs(a - b) <= 2e-5 * max(1, greatest))
            }
            for term in found.terms where term.kind != .arithmetic {
                let value = try #require(row["terms"]?[term.kind.rawValue]?.doubleValue)
                #expect(abs(term.share - value) <= 5e-5 * max(1, abs(value)), "\(term)")
            }
            let arithmetic = found.terms.first { $0.kind == .arithmetic }?.share ?? 0
            #expect(abs(arithmetic) <= 5e-5, "\(arithmetic)")
            #expect(abs(found.error) <= Self.errorMax, "\(found.error)")
            let logit = try #require(row["logit"]?.doubleValue)
            #expect(abs(Double(found.score.logit) - logit) <= 1e-4 * max(1, abs(logit)))
        }
    }

    @Test(
        "the sum holds and its bits are the same for any number of threads, in fp32 and int8",
        arguments: families, [Precision.fp32, .int8])
    func invariance(_ family: Family, _ precision: Precision) throws {
        var expected: Evidence?
        for threads in [1, 2, 5] {
            let options = ModelOptions(precision: precision, threads: threads)
            let (explainer, readout) = try scene(family, options)
            let images = (0..<family.images).map { family.image($0) }
            let found = try images.map { try explainer.explain($0, [readout])[0] }
            for one in found {
                #expect(abs(one.error) <= Self.errorMax, "\(one.error)")
                let arithmetic = one.terms.first { $0.kind == .arithmetic }?.share ?? 0
                let size = max(1, one.shares.reduce(0) { $0 + $1.magnitude })
                #expect(
                    abs(arithmetic) <= (precision == .int8 ? 0.05 * size : 5e-5),
                    "\(arithmetic) of \(size)")
            }
            #expect(expected == nil || expected == found[0])
            expected = found[0]
            // The score is the one that a batch gives, so the evidence is of what was said.
            let batch = try images.flatMap { $0 }.withUnsafeBufferPointer {
                try explainer.classifier.classify(images: $0, count: images.count)
            }
            if family.name != "i3d" {
                #expect(try explainer.score(images[0], without: [], readout) == found[0].score)
            }
            let model = explainer.classifier.model
            #expect(try model.encode(images: [images[0]])[0] == batch[0].embedding)
        }
    }

    @Test(
        "traces of a batch give the evidence that an image alone gives, bit for bit",
        arguments: families, [Precision.fp32, .int8])
    func batches(_ family: Family, _ precision: Precision) throws {
        let (explainer, readout) = try scene(family, ModelOptions(precision: precision, threads: 2))
        let images = (0..<9).map { family.image($0) }
        let model = explainer.classifier.model
        let (embeddings, traces) = try images.flatMap { $0 }.withUnsafeBufferPointer {
            try explainer.encode($0, count: images.count)
        }
        let plain = try model.encode(images: images)
        #expect(traces.count == 9 && traces.allSatisfy { $0.bytes > 0 })
        #expect(embeddings == plain.flatMap { $0 })
        let prepared = explainer.prepare(readout)
        let results = try embeddings.withUnsafeBufferPointer {
            try explainer.classifier.results($0, count: 9)
        }
        for (index, image) in images.enumerated() {
            let found = try explainer.evidence(prepared, traces[index], of: results[index])
            #expect(try explainer.explain(image, [readout]) == [found])
        }
    }

    @Test("a score without patches is that of the image with its mean in their place")
    func counterfactual() throws {
        let (explainer, readout) = try scene(Self.families[0])
        var image = Self.families[0].image(1)
        let without = try explainer.score(image, without: [0, 7, 99], readout)
        for plane in 0..<3 {
            let first = plane * 1600
            let mean = image[first..<first + 1600].reduce(0) { $0 + Double($1) } / 1600
            for row in 0..<8 {
                for column in 0..<8 {
                    image[first + row * 40 + column] = Float(mean)
                    image[first + (8 + row) * 40 + 16 + column] = Float(mean)
                }
            }
        }
        #expect(try explainer.score(image, without: [], readout) == without)
    }

    @Test("a finding that nothing linear knows is refused, and so is an image of another size")
    func refusals() throws {
        let model = try Self.families[0].make(ModelOptions())
        let classifier = ImageClassifier(model: model, head: nil)
        #expect(throws: ModelError.self) { try classifier.readout(of: "mass", adapter: nil) }
        #expect(throws: ModelError.self) { try classifier.readout(of: "mass", adapter: "none") }
        let (explainer, readout) = try scene(Self.families[0])
        #expect(throws: ModelError.self) { try explainer.explain([0], [readout]) }
    }
}
