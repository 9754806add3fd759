import FileKit
import FoundationModel
import Glibc
import Tensor
import Testing
import VigilCore

@Suite("CLIP model")
struct ClipModelTests {
    static let small = ClipConfiguration(
        vision: VisionConfiguration(
            encoder: EncoderConfiguration(
                width: 96, layers: 3, heads: 3, hiddenWidth: 200, activation: .quickGelu,
                epsilon: 1e-5),
            imageSize: 40, patchSize: 8, channels: 3),
        text: TextConfiguration(
            encoder: EncoderConfiguration(
                width: 64, layers: 2, heads: 2, hiddenWidth: 128, activation: .gelu, epsilon: 1e-5),
            vocabularySize: 300, contextLength: 20, end: .greatest),
        embeddingWidth: 48)

    func model(_ options: ModelOptions = ModelOptions()) throws -> ClipModel {
        try ClipModel.make(
            source: SeededWeights(seed: 3, configuration: Self.small),
            configuration: Self.small, identity: .generated, options: options)
    }

    func images(_ count: Int) -> [[Float]] {
        (0..<count).map { GoldenVectors.numbers("study.\($0)", scale: 2, count: 3 * 40 * 40) }
    }

    func digest(_ row: [Float]) -> Digest {
        row.withUnsafeBufferPointer { EmbeddingDigest.of($0) }
    }

    @Test(
        "a study's bits are the same in every batch, place and number of threads",
        arguments: [Precision.fp32, .int8])
    func batchInvariance(_ precision: Precision) throws {
        let images = images(64)
        let alone = try model(ModelOptions(precision: precision, threads: 1))
        let expected = try images.map { digest(try alone.encode(images: [$0])[0]) }
        #expect(Set(expected).count == 64)
        for threads in [1, 2, 8] {
            let model = try model(ModelOptions(precision: precision, threads: threads))
            for batch in [1, 2, 3, 7, 16, 64] {
                for first in stride(from: 0, to: 64, by: batch) {
                    let range = first..<min(first + batch, 64)
                    // Backwards, so that a study's place differs from batch to batch.
                    let found = try model.encode(images: images[range].reversed())
                    #expect(found.map(digest) == expected[range].reversed())
                }
            }
        }
    }

    @Test("a batch is the same whether or not an urgent one runs between its layers")
    func preemption() throws {
        let model = try model(ModelOptions(threads: 2))
        let images = images(9)
        let routine = images[..<8].flatMap { $0 }
        let expected = try model.encode(images: Array(images[..<8])).flatMap { $0 }
        let urgent = try model.encode(images: [images[8]])[0]
        var out = [Float](repeating: 0, count: expected.count)
        var interruptions = 0
        try routine.withUnsafeBufferPointer { from in
            try out.withUnsafeMutableBufferPointer { to in
                try model.encode(images: from, count: 8, into: to) { () throws(ModelError) in
                    interruptions += 1
                    #expect(try model.encode(images: [images[8]])[0] == urgent)
                }
            }
        }
        #expect(out == expected)
        #expect(interruptions == Self.small.vision.encoder.layers)
    }

    @Test("texts give the same bits alone and together, and padding changes none")
    func textInvariance() throws {
        let model = try model()
        let texts: [[Int32]] = (0..<40).map { index in
            [298] + (0..<Int32(index % 15)).map { ($0 * 37 + Int32(index)) % 298 } + [299]
        }
        let together = try model.encode(tokens: texts)
        for (index, text) in texts.enumerated() {
            #expect(try model.encode(tokens: [text])[0] == together[index])
            #expect(try model.encode(tokens: [text + [299, 299]])[0] == together[index])
        }
    }

    @Test("a text without end token or with an id beyond the table is refused")
    func badTokens() throws {
        let model = try model()
        #expect(throws: ModelError.self) { try model.encode(tokens: [[1, 300]]) }
        #expect(throws: ModelError.self) { try model.encode(tokens: [[-1, 299]]) }
        #expect(throws: ModelError.self) { try model.encode(tokens: [[]]) }
    }

    @Test("the engine agrees with the scalar reference", arguments: InstructionSet.supported)
    func reference(_ set: InstructionSet) throws {
        let model = try model(ModelOptions(instructionSet: set))
        let twin = ReferenceClip(
            source: SeededWeights(seed: 3, configuration: Self.small),
            configuration: Self.small)
        let images = images(3)
        for (image, found) in zip(images, try model.encode(images: images)) {
            let expected = try twin.encode(image: image)
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-5 })
        }
        let texts: [[Int32]] = [[298, 299], [298, 5, 17, 120, 299], [298, 3, 3, 3, 299, 8]]
        for (text, found) in zip(texts, try model.encode(tokens: texts)) {
            let expected = try twin.encode(tokens: text)
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-5 })
        }
    }

    @Test("OpenAI's names and layouts give the same bits as Hugging Face's")
    func openAINames() throws {
        let source = SeededWeights(seed: 3, configuration: Self.small)
        let folder = try TestFolder()
        try OpenAITensors.write(source, Self.small, to: "\(folder.path)/model.safetensors")
        let config = try #require(fopen("\(folder.path)/config.json", "w"))
        fputs(OpenAITensors.config, config)
        fclose(config)
        let loaded = try ClipModel.load(directory: folder.path)
        #expect(loaded.configuration == Self.small)
        let plain = try model()
        #expect(try loaded.encode(images: images(2)) == plain.encode(images: images(2)))
        let tokens: [[Int32]] = [[298, 4, 299]]
        #expect(try loaded.encode(tokens: tokens) == plain.encode(tokens: tokens))
        #expect(throws: ModelError.noText) { try loaded.encode(text: ["x"]) }
    }

    @Test("options are found by their names, and a wrong name is refused")
    func optionNames() throws {
        let options = try ModelOptions(
            precision: "int8", threads: 1, instructionSet: "scalar", cacheDirectory: nil)
        let runtime = try model(options).runtime
        #expect(runtime.precision == "int8" && runtime.instructionSet == "scalar")
        #expect(runtime.threads == 1)
        for (precision, set) in [("fp64", "scalar"), ("fp32", "mmx")] {
            #expect(throws: ModelError.self) {
                try ModelOptions(
                    precision: precision, threads: 1, instructionSet: set, cacheDirectory: nil)
            }
        }
    }

    @Test("wrong sizes of buffers are refused")
    func wrongSizes() throws {
        let model = try model()
        #expect(throws: ModelError.self) { try model.encode(images: [[1, 2, 3]]) }
        #expect(try model.encode(images: []).isEmpty)
    }
}
