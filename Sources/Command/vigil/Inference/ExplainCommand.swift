import Commands
import FoundationModel
import Imaging
import Settings
import VigilCore
import Weights

/// `vigil explain`: which parts of a film made a finding's score.
enum ExplainCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "explain", summary: "Show which parts of a film made a finding's score",
            example: "vigil explain --model models/vigil-mini --finding effusion --png why.png "
                + "chest.dcm",
            options: [
                CommonOptions.model,
                OptionSpecification(
                    "finding", value: "CODE", "The finding's code, as 'vigil infer' shows it.",
                    isRequired: true),
                OptionSpecification(
                    "head", value: "NAME",
                    "The adapter whose score is explained, a linear probe; without it that of "
                        + "prompts or of the model's own labels."),
                OptionSpecification(
                    "frame", value: "N",
                    "The frame, counted from 0; without it the one that scores highest."),
                OptionSpecification(
                    "png", value: "OUT",
                    "The film in colour: red speaks for the finding, blue against it, yellow "
                        + "frames are the strongest regions. With one FILE.", completion: .file),
                CommonOptions.adapter, EngineOptions.precision, EngineOptions.threads,
                EngineOptions.isa, CommonOptions.json,
            ],
            positionals: [
                PositionalSpecification(
                    "FILE", "DICOM, PNG or JPEG.", isRepeated: true, completion: .file)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let files = arguments.positionals
        if arguments.has("png"), files.count != 1 { throw VigilCommandError.oneFileForPicture }
        let directory = arguments.string("model") ?? ""
        var options = try EngineOptions.model(arguments)
        options.allowed = try EngineOptions.allowed()
        options.adapters = try AdapterSet(
            paths: arguments.strings("adapter"), modelDirectory: directory)
        let classifier = try ImageClassifier.load(directory: directory, options: options)
        let session = ExplainSession(
            explainer: try Explainer(classifier),
            readout: try classifier.readout(
                of: arguments.string("finding") ?? "", adapter: arguments.string("head")),
            decoders: try FileDecoders.pool(),
            frame: try arguments.integer("frame", in: 0...Int(Int32.max)))
        var worst = ExitCode.ok
        for file in files {
            do {
                let explanation = try session.explain(file)
                if let path = arguments.string("png") {
                    var writer = try FileWriter(path: path)
                    try writer.write(explanation.picture)
                    try writer.finish(isDurable: false)
                }
                Terminal.out(arguments.has("json") ? explanation.json : explanation.text)
            } catch let error as ImagingError {
                guard case .deadLetter = error.disposition else { throw error }
                worst = .dataError
                Terminal.out(
                    arguments.has("json")
                        ? JSONWriter.text([
                            "file": .string(file), "error": InferenceSession.json(error),
                        ]) + "\n"
                        : "\(VisibleText.escaped(file)): \(error)\n")
            }
        }
        return worst
    }
}
