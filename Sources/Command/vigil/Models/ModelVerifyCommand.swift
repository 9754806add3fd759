import Commands
import FoundationModel
import Settings
import VigilCore
import Weights

/// `vigil model verify`: a folder's digests, tensors and known answer.
enum ModelVerifyCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "model verify",
            summary: "Check a model's digests, tensors and known answer: exit code 0, 65 when "
                + "something is wrong, 66 when something is not there",
            example: "vigil model verify models/vigil-mini",
            options: [
                CommonOptions.modelOrArgument,
                OptionSpecification(
                    flag: "record",
                    "Writes the answer to vigil.json, and digests where it has none; the model's "
                        + "own digest changes with it."),
                EngineOptions.precision, EngineOptions.threads, EngineOptions.isa,
                CommonOptions.json,
            ],
            positionals: [CommonOptions.modelArgument])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let directory = try CommonOptions.modelDirectory(arguments, of: "vigil model verify")
        let isJSON = arguments.has("json")
        let options = try EngineOptions.model(arguments)
        do throws(ModelError) {
            let found = try ModelVerification.run(
                directory: directory, options: options, isRecording: arguments.has("record"))
            if isJSON {
                Terminal.line(JSONWriter.text(json(found)))
            } else {
                lines(found, directory).forEach { Terminal.line($0) }
            }
            return .ok
        } catch {
            if isJSON { Terminal.line(JSONWriter.text(json(error))) }
            Terminal.error("vigil: \(error)")
            return exitCode(error)
        }
    }

    /// What is not there is told from what is wrong; the machine's own failures keep their code.
    private static func exitCode(_ error: ModelError) -> ExitCode {
        guard case .shutDown(let code) = error.disposition else { return .dataError }
        return code
    }

    private static func json(_ found: ModelVerification) -> JSONValue {
        [
            "ok": true, "name": .string(found.identity.name),
            "digest": .string(found.digest.hex),
            "family": .string(found.identity.family),
            "matched": .array(found.matched.map { .string($0) }),
            "without_digest": .array(found.unlisted.map { .string($0) }),
            "adapters": .array(found.adapters.map(\.json)),
            "cosine": found.cosine.map { .number($0) } ?? .null,
            "known_answer": [
                "state": .string(found.answerState.rawValue),
                "image": found.answer.image.map { .string($0.hex) } ?? .null,
                "text": found.answer.text.map { .string($0.hex) } ?? .null,
            ],
        ]
    }

    private static func json(_ error: ModelError) -> JSONValue {
        [
            "ok": false,
            "error": [
                "code": .string(error.code.text), "what": .string(error.what.text),
                "remedy": .string(error.remedy.text),
            ],
        ]
    }

    private static func lines(_ found: ModelVerification, _ directory: String) -> [String] {
        let sides = [
            found.answer.image.map { "image \($0)" }, found.answer.text.map { "text \($0)" },
        ].compactMap { $0 }.joined(separator: ", ")
        var lines = [
            "\(found.identity.name): \(found.identity.family), digest \(found.digest)"
        ]
        lines.append("files with the digest of vigil.json: " + list(found.matched))
        if !found.unlisted.isEmpty {
            lines.append("files without a digest there: " + list(found.unlisted))
        }
        lines.append("tensors: all there, of the right shapes, finite")
        switch found.answerState {
        case .matches: lines.append("known answer: matches (\(sides))")
        case .recorded: lines.append("known answer: recorded (\(sides))")
        case .notRecorded:
            lines.append(
                "known answer: not recorded; 'vigil model verify --record \(directory)' writes it")
        }
        if !found.adapters.isEmpty {
            lines.append("adapters that belong to it: " + list(found.adapters.map(\.name)))
        }
        if let cosine = found.cosine {
            lines.append("cosine with fp32: \(cosine.text(decimals: 5))")
        }
        return lines
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.joined(separator: ", ")
    }
}
