import Commands
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
            /// Not shown to the model, by its header or its place in its series.
            case leftOut(LeftOutReason)
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
        let scores: Scores
        /// The same for each head of an adapter, in the order of its labels.
        let heads: [(name: String, scores: Scores)]
        let flags: [String]
    }

    /// Codes with the greatest probability of all frames.
    typealias Scores = [(code: String, probability: Float)]

    private let classifier: ImageClassifier
    /// Whether an embedding is a direction, a vector of length 1.
    private let isUnit: Bool
    private let range: RangeCheck
    private let decoders: DecoderPool
    /// A person chose the files: what they do not tell is no reason to leave them out.
    private let gate: HeaderGate

    /// - Parameter manifest: of the classifier's model.
    init(_ classifier: ImageClassifier, _ manifest: PreprocessingManifest) throws(ImagingError) {
        self.classifier = classifier
        isUnit = classifier.model is ClipModel
        range = RangeCheck(manifest)
        decoders = try FileDecoders.pool()
        gate = HeaderGate(intended: classifier.model.identity.intendedInputs)
    }

    /// Reads files in order, all their frames in one batch.
    func run(_ files: [String]) throws -> [Result] {
        var frames: [GreyImage] = []
        var spans: [Span] = []
        for file in files {
            do throws(ImagingError) {
                let input = try InputRoots.openTrusted(
                    path: file, maximumBytes: InputFiles.bytesMax)
                switch try decoders.read(input, gate: gate) {
                case .leftOut(_, let reason, _): spans.append(.leftOut(reason))
                case .image(let instance, _):
                    let flags =
                        range.flags(of: instance.frames, instance.modality)
                        + instance.notes.map(\.flag)
                    spans.append(
                        .frames(frames.count..<frames.count + instance.frames.count, flags))
                    frames += instance.frames
                }
            } catch {
                spans.append(.failure(error))
            }
        }
        let readings =
            frames.isEmpty ? [] : try classifier.classify(frames, batch: frames.count)
        return zip(files, spans).map { file, span in
            let outcome: Result.Outcome =
                switch span {
                case .failure(let error): .failure(error)
                case .leftOut(let reason): .leftOut(reason)
                case .frames(let frames, let flags):
                    .success(
                        FileReading(
                            Array(readings[frames]), classifier, isUnit: isUnit, flags: flags))
                }
            return Result(file: file, outcome: outcome)
        }
    }

    /// A file's part of a batch with what is odd about its range, or why it has none.
    private enum Span {
        case frames(Range<Int>, [String])
        case leftOut(LeftOutReason)
        case failure(ImagingError)
    }
}

extension InferenceSession.FileReading {
    /// Puts the results of a file's frames together, or of a series' volume.
    init(
        _ frames: [ImageResult], _ classifier: ImageClassifier, isUnit: Bool, flags: [String]
    ) {
        heads = classifier.heads.enumerated().map { place, head in
            let scores = frames.map { frame in
                frame.headScores.filter { $0.head == place }.map { ($0.code, $0.probability) }
            }
            return (name: head.identity.name, scores: Self.greatest(scores))
        }
        scores = Self.greatest(frames.map { $0.scores.map { ($0.code, $0.probability) } })
        let embedding = MeanEmbedding.of(frames.map(\.embedding), isUnit: isUnit)
        digest =
            frames.count == 1
            ? frames[0].digest : embedding.withUnsafeBufferPointer { EmbeddingDigest.of($0) }
        self.embedding = embedding
        let isOutside = frames.contains(where: \.isOutsideDomain)
        let refusals = Set(frames.compactMap(\.refusal?.rawValue)).sorted()
        self.flags = flags + (isOutside ? [DomainAdapter.flag] : []) + refusals
    }

    /// For each code, the greatest probability of all frames.
    private static func greatest(_ frames: [[(String, Float)]]) -> InferenceSession.Scores {
        (frames.first ?? []).indices.map { index in
            let probabilities = frames.map { $0[index].1 }
            return (code: frames[0][index].0, probability: probabilities.max() ?? .nan)
        }
    }
}

extension InferenceSession {
    /// An embedding as an array.
    static func json(_ embedding: [Float]) -> JSONValue {
        .array(embedding.map { .number(Double($0)) })
    }

    /// An embedding as numbers with spaces between them.
    static func text(_ embedding: [Float]) -> String {
        embedding.map(\.description).joined(separator: " ")
    }

    /// An error as `{"code", "what", "remedy"}`.
    static func json(_ error: any VigilError) -> JSONValue {
        [
            "code": .string(error.code.text), "what": .string(error.what.text),
            "remedy": .string(error.remedy.text),
        ]
    }
}

extension InferenceSession.Result {
    /// One line of JSON: `{"file", "embedding"?, "scores", "heads"?, "digest", "adapters"?,
    /// "flags"?}`, or `{"file", "assessment": "not_assessed", "left_out": REASON}`, or
    /// `{"file", "error"}`.
    func json(withEmbedding: Bool, adapters: [AdapterIdentity]) -> String {
        var object = JSONObject()
        object["file"] = .string(file)
        switch outcome {
        case .failure(let error):
            object["error"] = InferenceSession.json(error)
        case .leftOut(let reason):
            object["assessment"] = .string("not_assessed")
            object["left_out"] = .string(reason.rawValue)
        case .success(let reading):
            if withEmbedding {
                object["embedding"] = InferenceSession.json(reading.embedding)
            }
            object["scores"] = Self.json(reading.scores)
            var heads = JSONObject()
            for head in reading.heads { heads[head.name] = Self.json(head.scores) }
            if heads.count > 0 { object["heads"] = .object(heads) }
            object["digest"] = .string(reading.digest.hex)
            if !adapters.isEmpty {
                object["adapters"] = .array(adapters.map(\.json))
            }
            if !reading.flags.isEmpty {
                object["flags"] = .array(reading.flags.map { .string($0) })
            }
        }
        return JSONWriter.text(.object(object)) + "\n"
    }

    /// A few lines for a person.
    func text(withEmbedding: Bool) -> String {
        let file = VisibleText.escaped(file)
        switch outcome {
        case .failure(let error):
            return "\(file): \(error)\n"
        case .leftOut(let reason):
            return "\(file): not assessed, \(reason.rawValue)\n"
        case .success(let reading):
            var lines = ["\(file)  \(reading.digest)"]
            lines += reading.flags.map { "  warning: \($0)" }
            lines += Self.lines(reading.scores)
            for head in reading.heads {
                lines += ["  \(head.name):"] + Self.lines(head.scores).map { "  " + $0 }
            }
            if withEmbedding {
                lines.append("  " + InferenceSession.text(reading.embedding))
            }
            return lines.joined(separator: "\n") + "\n"
        }
    }

    private static func json(_ scores: InferenceSession.Scores) -> JSONValue {
        var object = JSONObject()
        for score in scores { object[score.code] = .number(Double(score.probability)) }
        return .object(object)
    }

    private static func lines(_ scores: InferenceSession.Scores) -> [String] {
        let width = scores.map(\.code.count).max() ?? 0
        return scores.map { score in
            let space = String(repeating: " ", count: width - score.code.count)
            return "  \(score.code)\(space)  \(Double(score.probability).text(decimals: 4))"
        }
    }
}

extension AdapterIdentity {
    /// Name, kind and digest, for commands.
    var json: JSONValue {
        [
            "name": .string(name), "kind": .string(kind.rawValue), "digest": .string(digest.hex),
        ]
    }
}
