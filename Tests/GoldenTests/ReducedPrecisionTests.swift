import FoundationModel
import Tensor
import Testing
import VigilCore

/// Each family's real shape in reduced precision against fp32.
@Suite("Reduced precision", .serialized)
struct ReducedPrecisionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var images = 4
        /// What the model is given, more than are taken.
        var inputs: @Sendable (any PixelEncoder) -> [[Float]] = { model in
            GoldenVectors.images(size: (model as? any ImageEncoder)?.imageSize ?? 0)
        }
        let make: @Sendable (ModelOptions) throws -> any PixelEncoder
        var testDescription: String { name }

        /// A model of two towers of seeded weights.
        static func pair(
            _ name: String, _ configuration: @escaping @Sendable () throws -> ClipConfiguration,
            _ names: TwoTowerNames, images: Int = 4
        ) -> Case {
            Case(name: name, images: images) { options in
                let configuration = try configuration()
                let tensors = ClipTensors.list(configuration, names: names)
                return try ClipModel.make(
                    source: SeededWeights(seed: GoldenVectors.seed, tensors: tensors),
                    configuration: configuration, names: names, identity: .generated,
                    options: options)
            }
        }

        static func dinov2(_ name: String, _ json: JSONValue, size: Int) -> Case {
            Case(name: name) { options in
                let configuration = try Dinov2.configuration(json, imageSize: size)
                let tensors = ClipTensors.vision(
                    configuration, Dinov2.head, Dinov2.names(configuration))
                return try VisionModel.make(
                    source: SeededWeights(seed: GoldenVectors.seed, tensors: tensors),
                    configuration: configuration, identity: .generated, options: options)
            }
        }
    }

    static let cases: [Case] = [
        .pair(
            "clip-b-32", { TransformersTests.cases[0].configuration },
            WeightNames.huggingFace.pair),
        .pair(
            "clip-b-16", { TransformersTests.cases[1].configuration },
            WeightNames.huggingFace.pair),
        .pair(
            "biomedclip", { try TimmBert.configuration(TimmBertTests.json) }, TimmBert.names),
        .pair("siglip-b-16", { try Siglip.configuration(["model_type": "siglip"]) }, Siglip.names),
        .pair(
            "medsiglip-448",
            { try Siglip.configuration(SiglipTests.so400m(layers: 27, size: 448)) }, Siglip.names,
            images: 1),
        .dinov2("rad-dino-224", ["model_type": "dinov2", "image_size": 518], size: 224),
        Case(
            name: "densenet-121",
            inputs: { _ in [DenseNetTests.image(0), DenseNetTests.image(1)] },
            make: { try DenseNetTests.model(DenseNetTests.configuration(), $0) }),
        Case(
            name: "i3d-resnet-152",
            inputs: { model in
                ["volume", "other"].map {
                    GoldenVectors.numbers($0, scale: 1, count: model.imagePixels)
                }
            }, make: { try VolumeModelTests.model(VolumeModelTests.configuration(), $0) }),
    ]

    @Test(
        "every family keeps a mean cosine of 0.999 with fp32, and 0.995 of each image",
        arguments: cases)
    func cosines(_ one: Case) throws {
        let exact = try one.make(ModelOptions())
        let images = Array(one.inputs(exact).prefix(one.images))
        let expected = try exact.encode(images: images)
        for precision in TransformersTests.reduced {
            let found = try one.make(ModelOptions(precision: precision)).encode(images: images)
            let cosines = zip(found, expected).map { Self.cosine($0, $1) }
            // Uniform random weights are the hardest for groups of 8-bit weights; RAD-DINO's mean
            // is the least: 0.99901.
            let mean = cosines.reduce(0, +) / Double(cosines.count)
            #expect(mean >= 0.999, "\(precision): \(cosines)")
            #expect(cosines.allSatisfy { $0 >= 0.995 }, "\(precision): \(cosines)")
        }
    }

    static func cosine(_ a: [Float], _ b: [Float]) -> Double {
        var (dot, a2, b2) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            dot += Double(x) * Double(y)
            a2 += Double(x) * Double(x)
            b2 += Double(y) * Double(y)
        }
        return dot / (a2 * b2).squareRoot()
    }
}
