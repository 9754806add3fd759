import Commands
import FoundationModel
import Imaging
import Settings
import Tensor
import VigilCore

/// `vigil infer`: runs a model over files without a broker.
enum InferCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "infer", summary: "Run a model over files, without a broker",
            example: "vigil infer --model models/vigil-mini --json chest.dcm",
            options: [
                CommonOptions.model, CommonOptions.adapter, CommonOptions.ensemble,
                OptionSpecification(flag: "embedding", "Prints the embedding as well."),
                OptionSpecification(
                    flag: "text",
                    "Takes text files, a text a line, or - for standard input, and gives the "
                        + "texts' embeddings."),
                EngineOptions.precision, EngineOptions.threads, EngineOptions.isa,
                EngineOptions.batch, EngineOptions.reproducible, CommonOptions.json,
            ],
            positionals: [
                PositionalSpecification(
                    "FILE",
                    "DICOM, PNG or JPEG, or a folder of them, which may hold folders; every frame "
                        + "of a file is averaged over. Of a model of volumes: the slices of CT "
                        + "series, each in one folder, or named file by file. With --text: "
                        + "texts.",
                    isRepeated: true, completion: .file)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let batch = try arguments.integer("batch", in: 1...1024) ?? 8
        let directory = arguments.string("model") ?? ""
        var options = try EngineOptions.model(arguments)
        options.allowed = try EngineOptions.allowed()
        options.adapters = try AdapterSet(
            paths: arguments.strings("adapter"), modelDirectory: directory)
        if arguments.has("text") {
            let model = try FoundationModelLoader.load(directory: directory, options: options)
            guard let texts = model.texts else {
                throw VigilCommandError.noTexts(
                    family: SafeText(operatorProvided: model.identity.family))
            }
            return try TextInference(model: texts, batch: batch, arguments: arguments)
                .run(arguments.positionals)
        }
        let parts = try InputFiles.parts(arguments.positionals)
        guard !parts.isEmpty else { throw VigilCommandError.nothing(.files) }
        let classifier = try ImageClassifier.load(
            directory: directory, ensemble: arguments.strings("ensemble"), options: options)
        switch classifier.model.input {
        case .volume(let manifest):
            var session = try VolumeSession(classifier, manifest)
            var worst = ExitCode.ok
            for files in parts {
                let code = show(try session.run(files), arguments, classifier)
                if code != .ok { worst = code }
            }
            return worst
        case .image(let manifest):
            let session = try InferenceSession(classifier, manifest)
            return try run(session, parts.flatMap { $0 }, batch: batch, arguments, classifier)
        }
    }

    private static func run(
        _ session: InferenceSession, _ files: [String], batch: Int, _ arguments: ParsedArguments,
        _ classifier: ImageClassifier
    ) throws -> ExitCode {
        var worst = ExitCode.ok
        for start in stride(from: 0, to: files.count, by: batch) {
            let part = Array(files[start..<min(start + batch, files.count)])
            let code = show(try session.run(part), arguments, classifier)
            if code != .ok { worst = code }
        }
        return worst
    }

    private static func show(
        _ results: [InferenceSession.Result], _ arguments: ParsedArguments,
        _ classifier: ImageClassifier
    ) -> ExitCode {
        let adapters = classifier.model.identity.adapters
        var worst = ExitCode.ok
        for result in results {
            if case .failure = result.outcome { worst = .dataError }
            Terminal.out(
                arguments.has("json")
                    ? result.json(withEmbedding: arguments.has("embedding"), adapters: adapters)
                    : result.text(withEmbedding: arguments.has("embedding")))
        }
        return worst
    }
}
