import FoundationModel
import Imaging
import Settings
import Tensor
import VigilCore

/// A model and a decoder for files that a person names.
struct InferenceSession {
    /// What became of one file.
    struct Result {
        enum Outcome {
            case success(FileReading)
            case failure(any VigilError)
        }

        let file: String
        let outcome: Outcome
    }

    /// What the model says of one file: of several frames, the mean of their embeddings, brought
    /// to length 1 where each has it, and for each finding the frame that scores highest.
    struct FileReading {
        let embedding: [Float]
        let digest: Digest
        /// Codes and probabilities, in the order of the prompt set.
        let scores: [(code: String, probability: Float)]
        let flags: [String]
    }

    static let bytesMax: UInt64 = 256 << 20
    private let classifier: ImageClassifier
    /// Whether an embedding is a direction, a vector of length 1.
    private let isUnit: Bool
    private let decoders: DecoderPool

    /// - Parameter model: of the arguments.
    init(_ model: FoundationModelLoader.Loaded, _ arguments: ParsedArguments) throws {
        let options = try EngineOptions.model(arguments)
        let directory = arguments.string("model") ?? ""
        switch model {
        case .pair(let model):
            let head =
                model.hasText
                ? try ZeroShotHead(
                    model: model, prompts: PromptSet.read(modelDirectory: directory),
                    cacheDirectory: options.cacheDirectory) : nil
            classifier = ImageClassifier(model: model, head: head)
            isUnit = true
        case .image(let model):
            classifier = ImageClassifier(model: model, head: nil)
            isUnit = false
        case .labels(let model):
            classifier = ImageClassifier(model: model, head: model.labels)
            isUnit = false
        case .text, .volume:
            throw CommandError.noImages(
                family: SafeText(operatorProvided: model.identity.family))
        }
        decoders = try DecoderPool(slots: 1)
    }

    /// Reads files in order, all their frames in one batch.
    func run(_ files: [String]) throws -> [Result] {
        var frames: [GreyImage] = []
        var spans: [Swift.Result<Range<Int>, ImagingError>] = []
        for file in files {
            do throws(ImagingError) {
                let input = try InputRoots.openTrusted(path: file, maximumBytes: Self.bytesMax)
                let instance = try decoders.decode(input)
                spans.append(.success(frames.count..<frames.count + instance.frames.count))
                frames += instance.frames
            } catch {
                spans.append(.failure(error))
            }
        }
        let readings = try classifier.classify(frames, batch: max(1, frames.count))
        return zip(files, spans).map { file, span in
            switch span {
            case .failure(let error): Result(file: file, outcome: .failure(error))
            case .success(let range):
                Result(
                    file: file,
                    outcome: .success(
                        combine(
                            Array(readings[range]),
                            isConstant: frames[range].contains { $0.statistics().isConstant })))
            }
        }
    }

    private func combine(_ frames: [ImageResult], isConstant: Bool) -> FileReading {
        let scores = (frames.first?.scores ?? []).indices.map { index in
            let best = frames.map { $0.scores[index] }.max { $0.probability < $1.probability }
            return (
                code: frames[0].scores[index].code, probability: best?.probability ?? .nan
            )
        }
        let embedding = mean(frames.map(\.embedding))
        let digest =
            frames.count == 1
            ? frames[0].digest : embedding.withUnsafeBufferPointer { EmbeddingDigest.of($0) }
        return FileReading(
            embedding: embedding, digest: digest, scores: scores,
            flags: isConstant ? ["constant_image"] : [])
    }

    /// The mean of vectors, of unit vectors brought back to length 1; a single one as it is.
    private func mean(_ vectors: [[Float]]) -> [Float] {
        guard let first = vectors.first, vectors.count > 1 else { return vectors.first ?? [] }
        var sum = [Double](repeating: 0, count: first.count)
        for vector in vectors {
            for (index, value) in vector.enumerated() { sum[index] += Double(value) }
        }
        let length =
            isUnit ? sum.reduce(0) { $0 + $1 * $1 }.squareRoot() : Double(vectors.count)
        return sum.map { Float(length > 0 ? $0 / length : 0) }
    }
}

extension InferenceSession.Result {
    /// One line of JSON: `{"file", "embedding"?, "scores", "digest"}`, or `{"file", "error"}`.
    func json(withEmbedding: Bool) -> String {
        var object = JSONObject()
        object["file"] = .string(file)
        switch outcome {
        case .failure(let error):
            object["error"] = [
                "code": .string(error.code.text), "what": .string(error.what.text),
                "remedy": .string(error.remedy.text),
            ]
        case .success(let reading):
            if withEmbedding {
                object["embedding"] = .array(reading.embedding.map { .number(Double($0)) })
            }
            var scores = JSONObject()
            for score in reading.scores {
                scores[score.code] = .number(Double(score.probability))
            }
            object["scores"] = .object(scores)
            object["digest"] = .string(reading.digest.hex)
            if !reading.flags.isEmpty {
                object["flags"] = .array(reading.flags.map { .string($0) })
            }
        }
        return JSONWriter.text(.object(object)) + "\n"
    }

    /// A few lines for a person.
    func text(withEmbedding: Bool) -> String {
        switch outcome {
        case .failure(let error):
            return "\(file): \(error)\n"
        case .success(let reading):
            var lines = ["\(file)  \(reading.digest)"]
            lines += reading.flags.map { "  warning: \($0)" }
            let width = reading.scores.map(\.code.count).max() ?? 0
            for score in reading.scores {
                let space = String(repeating: " ", count: width - score.code.count)
                lines.append(
                    "  \(score.code)\(space)  \(Double(score.probability).text(decimals: 4))")
            }
            if withEmbedding {
                lines.append("  " + reading.embedding.map(\.description).joined(separator: " "))
            }
            return lines.joined(separator: "\n") + "\n"
        }
    }
}
