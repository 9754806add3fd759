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
            example: "vigil infer --model models/untrained --json chest.dcm",
            options: [
                CommonOptions.model,
                OptionSpecification(flag: "embedding", "Prints the embedding as well."),
                EngineOptions.precision, EngineOptions.threads, EngineOptions.isa,
                EngineOptions.batch, EngineOptions.reproducible, CommonOptions.json,
            ],
            positionals: [
                PositionalSpecification(
                    "FILE",
                    "DICOM, PNG or JPEG, or a folder of them; every frame of a file is averaged "
                        + "over. Of a model of volumes: the slices of one or more CT series.",
                    isRepeated: true, completion: .file)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let batch = try arguments.integer("batch", in: 1...1024) ?? 8
        let model = try FoundationModelLoader.load(
            directory: arguments.string("model") ?? "", options: EngineOptions.model(arguments))
        let files = try InputFiles.expanded(arguments.positionals)
        if let volumes = model.volumes {
            return show(try VolumeSession(volumes).run(files), arguments)
        }
        let session = try InferenceSession(model, arguments)
        var worst = ExitCode.ok
        for start in stride(from: 0, to: files.count, by: batch) {
            let part = Array(files[start..<min(start + batch, files.count)])
            if show(try session.run(part), arguments) != .ok { worst = .dataError }
        }
        return worst
    }

    private static func show(
        _ results: [InferenceSession.Result], _ arguments: ParsedArguments
    ) -> ExitCode {
        var worst = ExitCode.ok
        for result in results {
            if case .failure = result.outcome { worst = .dataError }
            Terminal.out(
                arguments.has("json")
                    ? result.json(withEmbedding: arguments.has("embedding"))
                    : result.text(withEmbedding: arguments.has("embedding")))
        }
        return worst
    }
}
