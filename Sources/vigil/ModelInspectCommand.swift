import FoundationModel
import Imaging
import Settings
import Tensor
import VigilCore

/// `vigil model inspect`: what a model directory holds and what it may be used for.
enum ModelInspectCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "model inspect", summary: "Load a model and show what it is and may be used for",
            example: "vigil model inspect models/untrained",
            options: [EngineOptions.precision, EngineOptions.threads, CommonOptions.json],
            positionals: [
                PositionalSpecification(
                    "DIR", "The model's directory.", completion: .directory)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let directory = arguments.positionals.first ?? ""
        let model = try ClipModel.load(
            directory: directory, options: EngineOptions.model(arguments))
        let prompts = model.hasText ? try PromptSet.read(modelDirectory: directory) : nil
        let rows: [(String, JSONValue)] = [
            ("name", .string(model.identity.name)),
            ("digest", .string(model.identity.digest.hex)),
            ("family", .string(model.identity.family)),
            ("validated", .bool(model.identity.isValidated)),
            ("trained_on", model.identity.trainedOn.map { .string($0) } ?? .null),
            ("intended_use", .string(model.identity.intendedUse)),
            ("licence", model.identity.licence.map { .string($0) } ?? .null),
            ("image_size", .integer(Int64(model.imageSize))),
            ("embedding_width", .integer(Int64(model.embeddingWidth))),
            ("precision", .string(model.precision.rawValue)),
            ("instruction_set", .string(model.engine.kernels.instructionSet.rawValue)),
            ("preprocessing", .string(model.preprocessing.digest.hex)),
            ("prompts", prompts.map { .string($0.digest.hex) } ?? .null),
            ("findings", .array((prompts?.findings ?? []).map { .string($0.code) })),
        ]
        if arguments.has("json") {
            var object = JSONObject()
            for (name, value) in rows { object[name] = value }
            Terminal.line(JSONWriter.text(.object(object)))
            return .ok
        }
        var table = TextTable([.init("field"), .init("value")])
        for (name, value) in rows {
            table.add([name, value.stringValue ?? JSONWriter.text(value)])
        }
        Terminal.out(table.text)
        return .ok
    }
}
