import Commands
import FoundationModel
import Imaging
import Settings
import VigilCore

/// `vigil similar`: which of a site's own studies look most like a film.
enum SimilarCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "similar", summary: "Find the indexed studies that are most like a film",
            example: "vigil similar --model models/vigil-mini --index /var/lib/vigil/similar "
                + "chest.dcm",
            options: [
                CommonOptions.model,
                OptionSpecification(
                    "index", value: "PATH",
                    "The folder that workers fill (similar.index, or VIGIL_SIMILAR__INDEX).",
                    completion: .file),
                OptionSpecification("count", value: "N", "How many studies are shown (5)."),
                CommonOptions.ensemble, EngineOptions.precision, EngineOptions.threads,
                EngineOptions.isa, CommonOptions.json,
            ],
            positionals: [
                PositionalSpecification(
                    "FILE",
                    "DICOM, PNG or JPEG, or a folder of them; of a model of volumes the slices of "
                        + "CT series.",
                    isRepeated: true, completion: .file)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let count = try arguments.integer("count", in: 1...1000) ?? 5
        var options = try EngineOptions.model(arguments)
        options.allowed = try EngineOptions.allowed()
        let parts = try InputFiles.parts(arguments.positionals)
        guard !parts.isEmpty else { throw VigilCommandError.nothing(.files) }
        let folder = try arguments.string("index") ?? EngineOptions.similarIndex()
        guard let folder else { throw VigilCommandError.noIndex }
        let classifier = try ImageClassifier.load(
            directory: arguments.string("model") ?? "", ensemble: arguments.strings("ensemble"),
            options: options)
        let studies = try SimilarStudies(folder: folder, model: classifier.model)
        var worst = ExitCode.ok
        func show(_ results: [InferenceSession.Result]) {
            for result in results {
                if case .failure = result.outcome { worst = .dataError }
                let shown = SimilarResult(result, in: studies, count: count)
                Terminal.out(arguments.has("json") ? shown.json : shown.text)
            }
        }
        switch classifier.model.input {
        case .volume(let manifest):
            var session = try VolumeSession(classifier, manifest)
            for files in parts { show(try session.run(files)) }
        case .image(let manifest):
            let session = try InferenceSession(classifier, manifest)
            for file in parts.flatMap({ $0 }) { show(try session.run([file])) }
        }
        return worst
    }
}

/// What is found for one file.
struct SimilarResult {
    private let result: InferenceSession.Result
    private let nearest: [SimilarStudies.Neighbour]
    private let count: Int

    init(_ result: InferenceSession.Result, in studies: SimilarStudies, count: Int) {
        self.result = result
        self.count = studies.count
        nearest =
            if case .success(let reading) = result.outcome {
                studies.nearest(to: reading.embedding, count: count)
            } else {
                []
            }
    }

    /// One line of JSON: `{"file", "studies", "nearest": [{"study", "similarity", "published"}]}`,
    /// or as of `vigil infer` where the file cannot be shown to the model.
    var json: String {
        guard case .success = result.outcome else {
            return result.json(withEmbedding: false, adapters: [])
        }
        return JSONWriter.text([
            "file": .string(result.file), "studies": .integer(Int64(count)),
            "nearest": .array(
                nearest.map {
                    [
                        "study": .string($0.study.safeText),
                        "similarity": .number(Double($0.similarity)),
                        "published": .string($0.time.description),
                    ]
                }),
        ]) + "\n"
    }

    /// A table of at most 100 columns.
    var text: String {
        guard case .success = result.outcome else { return result.text(withEmbedding: false) }
        var lines = ["\(VisibleText.escaped(result.file)), among \(count) studies:"]
        lines.append("  cosine   published                    study")
        lines += nearest.map { found in
            let cosine = Double(found.similarity).text(decimals: 4)
            let space = String(repeating: " ", count: max(1, 9 - cosine.count))
            let time = found.time.description
            let gap = String(repeating: " ", count: max(1, 29 - time.count))
            return "  \(cosine)\(space)\(time)\(gap)\(found.study.safeText)"
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
