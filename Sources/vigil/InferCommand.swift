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
                CommonOptions.model, CommonOptions.adapter,
                OptionSpecification(flag: "embedding", "Prints the embedding as well."),
                EngineOptions.precision, EngineOptions.threads, EngineOptions.isa,
                EngineOptions.batch, EngineOptions.reproducible, CommonOptions.json,
            ],
            positionals: [
                PositionalSpecification(
                    "FILE", "DICOM, PNG or JPEG; every frame of a file is averaged over.",
                    isRepeated: true, completion: .file)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let batch = try arguments.integer("batch", in: 1...1024) ?? 8
        let session = try InferenceSession(arguments)
        var worst = ExitCode.ok
        let files = arguments.positionals
        for start in stride(from: 0, to: files.count, by: batch) {
            let part = Array(files[start..<min(start + batch, files.count)])
            for result in try session.run(part) {
                if case .failure = result.outcome { worst = .dataError }
                Terminal.out(
                    arguments.has("json")
                        ? result.json(
                            withEmbedding: arguments.has("embedding"), adapters: session.adapters)
                        : result.text(withEmbedding: arguments.has("embedding")))
            }
        }
        return worst
    }
}
