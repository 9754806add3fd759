import Commands
import Conversion
import FoundationModel
import Settings
import VigilCore

/// `vigil model convert`: a checkpoint of torch, pickle or ONNX becomes a model's folder.
enum ModelConvertCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "model convert",
            summary: "Convert a .pt, .bin, .pth, .pkl or .onnx file to safetensors; no code of the "
                + "file is run",
            example: "vigil model convert downloads/pytorch_model.bin models/encoder "
                + "--licence MIT --source 'the address of the download'",
            options: [
                OptionSpecification(
                    "join", value: "FILE", "A further part of SRC, joined in the order given.",
                    isRepeated: true, completion: .file),
                OptionSpecification(
                    "key", value: "KEY",
                    "The dictionary of the weights, one --key a level (state_dict, model, … are "
                        + "found by themselves).", isRepeated: true),
                OptionSpecification(
                    "strip", value: "PREFIX", "Taken from the tensors' names, such as 'module.'."),
                OptionSpecification(
                    "activation", value: "WORD",
                    "Of a CLIP in OpenAI's layout without config.json, which is then made: "
                        + "quick_gelu (OpenAI's weights) or gelu (LAION's).",
                    completion: .words(ClipLayout.Activation.allCases.map(\.rawValue))),
                OptionSpecification(
                    "preset", value: "NAME",
                    "chexzero: quick_gelu with CheXzero's preprocessing and prompts.",
                    completion: .words(ModelPreset.allCases.map(\.rawValue))),
                OptionSpecification("name", value: "NAME", "The model's name (the folder's)."),
                OptionSpecification("licence", value: "TEXT", "The weights' licence."),
                OptionSpecification("source", value: "TEXT", "Where the weights come from."),
                OptionSpecification("intended-use", value: "TEXT", "What the model is for."),
                OptionSpecification("trained-on", value: "TEXT", "What it was trained on."),
                CommonOptions.json,
            ],
            positionals: [
                PositionalSpecification("SRC", "The checkpoint.", completion: .file),
                PositionalSpecification(
                    "DST", "The folder to write; it must hold no model.", completion: .directory),
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        var conversion = ModelConversion(
            source: arguments.positionals.first ?? "",
            destination: arguments.positionals.dropFirst().first ?? "")
        conversion.joined = arguments.strings("join")
        conversion.keys = arguments.strings("key")
        conversion.strip = arguments.string("strip") ?? ""
        conversion.activation = try arguments.choice(
            "activation", of: ClipLayout.Activation.self)
        if let preset = try arguments.choice("preset", of: ModelPreset.self) {
            conversion.activation = conversion.activation ?? .quickGelu
            conversion.extras = preset.files
            conversion.facts.intendedInput = preset.intendedInput
        }
        conversion.facts.name = arguments.string("name")
        conversion.facts.licence = arguments.string("licence")
        conversion.facts.source = arguments.string("source")
        conversion.facts.intendedUse = arguments.string("intended-use")
        conversion.facts.trainedOn = arguments.string("trained-on")
        let report = try conversion.run()
        if arguments.has("json") {
            Terminal.line(JSONWriter.text(json(report)))
            return .ok
        }
        Terminal.line(
            "\(conversion.destination)/model.safetensors: \(report.tensors) tensors, "
                + "\(report.bytes) bytes, from \(report.format.rawValue)")
        if report.skipped > 0 {
            Terminal.line("left out: \(report.skipped) values that are no tensors")
        }
        if report.hasRecognizedFamily {
            Terminal.line("config.json: written from the tensors; check it against the source")
        }
        Terminal.line(
            report.copied.isEmpty
                ? "no config.json or tokenizer stood beside the checkpoint"
                : "copied: " + report.copied.joined(separator: ", "))
        if !report.made.isEmpty { Terminal.line("made: " + report.made.joined(separator: ", ")) }
        if report.needsActivation {
            Terminal.line(
                "the tensors are those of a CLIP in OpenAI's layout: with --activation, its "
                    + "config.json is made")
        }
        Terminal.line("sha256 of the checkpoint: \(report.sourceDigest.hex)")
        return .ok
    }

    private static func json(_ report: ConversionReport) -> JSONValue {
        [
            "format": .string(report.format.rawValue), "tensors": .integer(Int64(report.tensors)),
            "bytes": .integer(Int64(report.bytes)), "skipped": .integer(Int64(report.skipped)),
            "copied": .array(report.copied.map { .string($0) }),
            "made": .array(report.made.map { .string($0) }),
            "recognized_family": .bool(report.hasRecognizedFamily),
            "source_sha256": .string(report.sourceDigest.hex),
            "weights_sha256": .string(report.weightsDigest.hex),
        ]
    }
}
