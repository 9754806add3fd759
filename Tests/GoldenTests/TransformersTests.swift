import FoundationModel
import Tensor
import Testing
import VigilCore

/// The engine against transformers on seeded random weights of the real configurations.
@Suite("Golden vectors of transformers", .serialized)
struct TransformersTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let patch: Int
        let activation: Activation
        var testDescription: String { name }

        var configuration: ClipConfiguration {
            func encoder(_ width: Int) -> EncoderConfiguration {
                EncoderConfiguration(
                    width: width, layers: 12, heads: width / 64, hiddenWidth: 4 * width,
                    activation: activation, epsilon: 1e-5)
            }
            return ClipConfiguration(
                vision: VisionConfiguration(
                    encoder: encoder(768), imageSize: 224, patchSize: patch, channels: 3),
                text: TextConfiguration(
                    encoder: encoder(512), vocabularySize: 49408, contextLength: 77,
                    end: .first(49407)),
                embeddingWidth: 512)
        }

        func model(_ options: ModelOptions = ModelOptions()) throws -> ClipModel {
            try ClipModel.make(
                source: SeededWeights(seed: GoldenVectors.seed, configuration: configuration),
                configuration: configuration, identity: .generated, options: options)
        }
    }

    static let cases = [
        Case(name: "vit-b-32", patch: 32, activation: .quickGelu),
        Case(name: "vit-b-16", patch: 16, activation: .gelu),
    ]

    @Test(
        "image and text embeddings agree to 2e-6, layers to 1e-5 of their scale", arguments: cases)
    func embeddings(_ one: Case) throws {
        let vectors = try GoldenVectors(one.name)
        let model = try one.model()
        let images = GoldenVectors.images(size: 224)
        try compare(model.encode(images: images), vectors.image, "image")
        try compareLayers(
            model, images: images[0], vectors.imageProbes,
            width: one.configuration.vision.encoder.width)
        let texts = GoldenVectors.texts(end: 49407)
        try compare(model.encode(tokens: texts), vectors.text, "text")
        // Padding as Hugging Face does it changes no bit.
        let padded = texts.map { $0 + [Int32](repeating: 49407, count: 77 - $0.count) }
        #expect(try model.encode(tokens: padded) == model.encode(tokens: texts))
    }

    /// The precisions besides fp32 that this processor can compute in.
    static let reduced: [Precision] = {
        let engine = try? Engine(kernels: .fromEnvironment(), pool: ThreadPool(threadCount: 1))
        return [.int8, .fp16, .bf16].filter { engine?.supports($0) == true }
    }()

    @Test(
        "reduced precision keeps a cosine of 0.995 with the exact one, 0.999 on average",
        arguments: reduced)
    func quantised(_ precision: Precision) throws {
        let vectors = try GoldenVectors("vit-b-32")
        let model = try Self.cases[0].model(ModelOptions(precision: precision))
        let found = try model.encode(images: GoldenVectors.images(size: 224))
        let cosines = zip(found, vectors.image).map { zip($0, $1).reduce(0) { $0 + $1.0 * $1.1 } }
        #expect(cosines.allSatisfy { $0 >= 0.995 }, "\(cosines)")
        #expect(cosines.reduce(0, +) / Float(cosines.count) >= 0.999, "\(cosines)")
    }

    private func compare(_ found: [[Float]], _ expected: [[Float]], _ what: String) throws {
        try #require(found.count == expected.count)
        for (found, expected) in zip(found, expected) {
            var (dot, length, worst) = (0.0, 0.0, Float(0))
            for (a, b) in zip(found, expected) {
                dot += Double(a) * Double(b)
                length += Double(a) * Double(a)
                worst = max(worst, abs(a - b))
            }
            #expect(found.count == 512)
            #expect(dot >= 0.99999, "\(what)")
            #expect(abs(length - 1) < 1e-5, "\(what)")
            // 1e-4 is asked for; 2.3e-7 was found.
            #expect(worst <= 2e-6, "\(what)")
        }
    }

    /// Holds the hidden state after each layer against its probes.
    private func compareLayers(
        _ model: ClipModel, images: [Float], _ probes: [GoldenVectors.Probe], width: Int
    ) throws {
        var out = [Float](repeating: 0, count: model.embeddingWidth)
        var states: [[Float]] = []
        try images.withUnsafeBufferPointer { images in
            try out.withUnsafeMutableBufferPointer { out in
                var pass = try model.beginPass(images: images, count: 1, into: out)
                while pass.remaining > 0 {
                    try pass.step()
                    states.append(pass.withHiddenState(width: width) { Array($0) })
                }
            }
        }
        // transformers has one state more than layers, as we have steps.
        try #require(states.count == probes.count)
        for (layer, (state, probe)) in zip(states, probes).enumerated() {
            let row = Array(state[..<width])
            let scale = probe.rowLength / Float(width).squareRoot()
            for (a, b) in zip(row, probe.first) {
                #expect(abs(a - b) <= 1e-5 * scale, "layer \(layer)")
            }
            #expect(abs(norm(row) - probe.rowLength) <= 1e-5 * probe.rowLength, "layer \(layer)")
            if layer < states.count - 1 {
                #expect(abs(norm(state) - probe.length) <= 1e-5 * probe.length, "layer \(layer)")
            }
        }
    }

    private func norm(_ values: [Float]) -> Float {
        Float(values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    }
}

extension ModelIdentity {
    /// What a generated model of the tests says of itself.
    static let generated = ModelIdentity(
        name: "generated", digest: Digest(of: []), family: "clip", isValidated: false,
        trainedOn: nil, intendedUse: "test", licence: nil)
}
