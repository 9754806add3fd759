import FileKit
import FoundationModel
import Glibc
import Testing
import VigilCore

/// Prompt sets: how they are averaged and scored, and that their embeddings are computed once.
@Suite("Prompts")
struct PromptTests {
    private let folder: TestFolder
    private let cache: TestFolder
    private let prompts = PromptSet(
        name: "test", version: "1", logitScale: nil,
        findings: [
            PromptSet.Finding(
                code: "pneumothorax", label: "Pneumothorax",
                positive: ["pneumothorax", "a chest x-ray with pneumothorax", "free air"],
                negative: ["no pneumothorax"]),
            PromptSet.Finding(
                code: "effusion", label: "Effusion",
                positive: ["pleural effusion"], negative: ["no effusion", "normal lungs"]),
        ])

    init() throws {
        folder = try TestFolder()
        cache = try TestFolder()
        try UntrainedClip.write(to: folder.path, seed: 5, size: .tiny)
    }

    private func scaled(_ scale: Double?) -> PromptSet {
        PromptSet(
            name: prompts.name, version: prompts.version, logitScale: scale,
            findings: prompts.findings)
    }

    private func scores(_ head: ZeroShotHead, _ image: [Float]) throws -> [FindingScore] {
        try image.withUnsafeBufferPointer { try head.scores($0) }
    }

    @Test("an ensemble's embeddings are averaged and then brought to length 1")
    func ensemble() throws {
        let model = try ClipModel.load(directory: folder.path)
        let image = try model.encode(
            images: [GoldenVectors.numbers("x", scale: 2, count: model.imagePixels)])[0]
        let found = try scores(ZeroShotHead(model: model, prompts: prompts), image)
        func cosine(_ texts: [String]) throws -> Double {
            let rows = try model.encode(text: texts)
            let mean = (0..<64).map { column in
                rows.reduce(0.0) { $0 + Double($1[column]) } / Double(rows.count)
            }
            let length = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return zip(image, mean).reduce(0) { $0 + Double($1.0) * $1.1 } / length
        }
        for (score, finding) in zip(found, prompts.findings) {
            #expect(abs(Double(score.positiveCosine) - (try cosine(finding.positive))) < 1e-6)
            #expect(abs(Double(score.negativeCosine) - (try cosine(finding.negative))) < 1e-6)
        }
        // The mean's length is not 1, or this would prove nothing.
        let rows = try model.encode(text: prompts.findings[0].positive)
        let mean = (0..<64).map { column in rows.reduce(0) { $0 + $1[column] } / 3 }
        #expect(mean.reduce(0) { $0 + $1 * $1 } < 0.999)
    }

    @Test("CLIP scores by its scaled softmax, CheXzero by the bare one, SigLIP by its sigmoid")
    func rules() throws {
        let model = try ClipModel.load(directory: folder.path)
        let image = try model.encode(
            images: [GoldenVectors.numbers("x", scale: 2, count: model.imagePixels)])[0]
        let own = try scores(ZeroShotHead(model: model, prompts: prompts), image)
        let bare = try scores(ZeroShotHead(model: model, prompts: scaled(1)), image)
        for (own, bare) in zip(own, bare) {
            let (a, b) = (Double(bare.positiveCosine), Double(bare.negativeCosine))
            #expect(abs(Double(bare.probability) - exp(a) / (exp(a) + exp(b))) < 1e-6)
            let scale = Double(model.logitScale)
            let share = exp(scale * a) / (exp(scale * a) + exp(scale * b))
            #expect(abs(Double(own.probability) - share) < 1e-5)
            #expect(own.probability != bare.probability)
        }
        let sigmoid = ScoreRule(scale: 112.5, bias: -16.5)
        for (positive, expected) in [(0.1, -5.25), (0.15, 0.375), (0.2, 6.0)] {
            let score = sigmoid.score(
                positive: Float(positive), negative: 0.9, engine: model.engine)
            #expect(abs(Double(score.logit) - expected) < 1e-4)
            #expect(abs(Double(score.probability) - 1 / (1 + exp(-expected))) < 1e-5)
        }
    }

    @Test("CheXzero's set has its fourteen findings, its pair of templates and no scale")
    func cheXzero() throws {
        let set = PromptSet.cheXzero
        #expect(set.findings.count == 14 && set.logitScale == 1)
        for finding in set.findings {
            #expect(finding.positive == [finding.label])
            #expect(finding.negative == ["no \(finding.label)"])
        }
        let bytes = JSONWriter.bytes(set.json)
        #expect(try PromptSet(json: bytes, file: "x") == set)
        #expect(set.digest != PromptSet.chestXRay.digest)
    }

    @Test("a second load reads the embeddings of the cache and needs no text tower")
    func computedOnce() throws {
        let image = [Float](repeating: 0.125, count: 64)
        func head(_ set: PromptSet, cached: Bool = true) throws -> [FindingScore] {
            let model = try ClipModel.load(directory: folder.path)
            // From now on the text tower refuses to be loaded: the folder is another.
            let file = try #require(fopen("\(folder.path)/note.txt", "a"))
            fputs("changed\n", file)
            fclose(file)
            defer { unlink("\(folder.path)/note.txt") }
            return try scores(
                ZeroShotHead(
                    model: model, prompts: set, cacheDirectory: cached ? cache.path : nil),
                image)
        }
        #expect(throws: ModelError.self) { try head(prompts) }
        let model = try ClipModel.load(directory: folder.path)
        let first = try scores(
            ZeroShotHead(model: model, prompts: prompts, cacheDirectory: cache.path), image)
        #expect(try head(prompts) == first)
        // Without the cache, or of another set, there is nothing to read.
        #expect(throws: ModelError.self) { try head(prompts, cached: false) }
        #expect(throws: ModelError.self) { try head(scaled(2)) }
    }
}
