import Commands
import FoundationModel
import Imaging
import Settings
import Tensor
import Triage
import VigilCore

/// `vigil model inspect`: what a model directory holds and what it may be used for.
enum ModelInspectCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "model inspect", summary: "Load a model and show what it is and may be used for",
            example: "vigil model inspect models/vigil-mini",
            options: [
                CommonOptions.modelOrArgument, CommonOptions.adapter, EngineOptions.precision,
                EngineOptions.threads,
                CommonOptions.json,
            ],
            positionals: [CommonOptions.modelArgument])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let directory = try CommonOptions.modelDirectory(arguments, of: "vigil model inspect")
        var options = try EngineOptions.model(arguments)
        options.adapters = try AdapterSet(
            paths: arguments.strings("adapter"), modelDirectory: directory)
        let model = try FoundationModelLoader.load(directory: directory, options: options)
        if let images = model.images {
            _ = try ImageClassifier(model: images, head: nil, adapters: options.adapters)
        }
        var prompts: PromptSet?
        if case .pair(let pair) = model, pair.hasText {
            prompts = try PromptSet.read(modelDirectory: directory)
        }
        let codes = prompts?.findings.map(\.code) ?? model.labels?.codes ?? []
        let heads = options.adapters.heads.flatMap { $0.labels.map(\.code) }
        let rows =
            identity(model.identity) + sides(model, prompts, codes) + [
                ("unknown_to_triage", unknown(codes + heads))
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

    private static func identity(_ identity: ModelIdentity) -> [(String, JSONValue)] {
        [
            ("name", .string(identity.name)), ("digest", .string(identity.digest.hex)),
            ("weights_digest", identity.weightsDigest.map { .string($0.hex) } ?? .null),
            ("adapters", .array(identity.adapters.map(\.json))),
            ("family", .string(identity.family)), ("validated", .bool(identity.isValidated)),
            ("claims_validation", .bool(identity.claimsValidation)),
            ("trained_on", identity.trainedOn.map { .string($0) } ?? .null),
            ("intended_use", .string(identity.intendedUse)),
            ("intended_input", .array(identity.intendedInputs.map(\.json))),
            ("licence", identity.licence.map { .string($0) } ?? .null),
        ]
    }

    /// What the model takes and gives; null where it has no such side.
    private static func sides(
        _ model: FoundationModelLoader.Loaded, _ prompts: PromptSet?, _ findings: [String]
    ) -> [(String, JSONValue)] {
        let pixels = model.pixels
        let width = pixels?.embeddingWidth ?? model.texts?.embeddingWidth
        return [
            ("image_size", model.images.map { .integer(Int64($0.imageSize)) } ?? .null),
            ("volume_size", size(model.volumes?.preprocessing.size)),
            ("takes_texts", .bool(model.texts?.hasText ?? false)),
            ("embedding_width", width.map { .integer(Int64($0)) } ?? .null),
            ("precision", .string((pixels?.precision ?? .fp32).rawValue)),
            (
                "instruction_set",
                (pixels?.engine).map { .string($0.kernels.instructionSet.rawValue) } ?? .null
            ),
            ("preprocessing", (pixels?.input.digest).map { .string($0.hex) } ?? .null),
            ("prompts", prompts.map { .string($0.digest.hex) } ?? .null),
            ("findings", .array(findings.map { .string($0) })),
        ]
    }

    /// Codes without a row in the triage table: a worker needs them in the file of triage.policy.
    private static func unknown(_ codes: [String]) -> JSONValue {
        .array(codes.filter { FindingTable.concept(of: $0) == nil }.map { .string($0) })
    }

    /// Voxels to the right, to the front and upwards.
    private static func size(_ sides: [Int]?) -> JSONValue {
        sides.map { .array($0.map { .integer(Int64($0)) }) } ?? .null
    }
}
