import Commands
import Settings
import Signing
import VigilCore

/// `vigil validate`: holds a file against the reader that a worker or a command has for it.
enum ValidateCommand: Command {
    /// No file of any kind may be longer, in bytes.
    private static let bytesMax = 16 << 20

    static var specification: CommandSpecification {
        CommandSpecification(
            name: "validate",
            summary: "Check a file of settings, a policy, a signed file, an event or a record by "
                + "its own reader: exit code 0, or 65 with the line and column where they are "
                + "known",
            example: "vigil validate vigil.yaml",
            options: [
                OptionSpecification(
                    "as", value: "KIND", "What it is, where its contents do not tell.",
                    completion: .words(FileKind.allCases.map(\.rawValue))),
                OptionSpecification(
                    "key", value: "FILE",
                    "A public key that is trusted, for a file that is signed.", isRepeated: true,
                    completion: .file),
                CommonOptions.json,
            ],
            positionals: [PositionalSpecification("FILE", "The file.", completion: .file)])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let path = arguments.positionals.first ?? ""
        let name = SafeText(operatorProvided: path)
        let bytes = try NamedFile.contents(path, bytesMax: Self.bytesMax)
        let kind = try arguments.choice("as", of: FileKind.self) ?? FileKind(of: bytes)
        let keys = try KeyFile.verifying(arguments.strings("key"))
        guard !kind.isSigned || !keys.isEmpty else {
            throw UsageError.optionMissing(command: "vigil validate", option: "key")
        }
        do {
            try kind.check(bytes, path: path, keys: keys)
        } catch let error as any VigilError {
            let place = FilePlace(of: error, in: bytes)
            tell(kind, error, place, isJSON: arguments.has("json"), name)
            return .dataError
        }
        if arguments.has("json") {
            Terminal.line(JSONWriter.text(["ok": true, "kind": .string(kind.rawValue)]))
        } else {
            Terminal.line("\(path): a valid \(kind.rawValue)")
        }
        return .ok
    }

    private static func tell(
        _ kind: FileKind, _ error: any VigilError, _ place: FilePlace?, isJSON: Bool,
        _ name: SafeText
    ) {
        guard isJSON else {
            let shown = place.map { "\(name):\($0.line):\($0.column)" } ?? "\(name)"
            Terminal.error("vigil: \(shown): no valid \(kind.rawValue): \(error)")
            return
        }
        Terminal.line(
            JSONWriter.text([
                "ok": false, "kind": .string(kind.rawValue),
                "line": place.map { .integer(Int64($0.line)) } ?? .null,
                "column": place.map { .integer(Int64($0.column)) } ?? .null,
                "error": [
                    "code": .string(error.code.text), "what": .string(error.what.text),
                    "remedy": .string(error.remedy.text),
                ],
            ]))
    }
}
