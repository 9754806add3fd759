import Commands
import Settings
import Signing
import Triage
import VigilCore

/// `vigil envelope show`: checks an envelope's signature and figures, and prints it.
enum EnvelopeShowCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "envelope show",
            summary: "Check the signature and figures of an envelope of changes, and print it",
            example: "vigil envelope show site.envelope --key board.pub",
            options: [
                OptionSpecification(
                    "key", value: "FILE", "A public key that is trusted.", isRepeated: true,
                    isRequired: true, completion: .file),
                CommonOptions.json,
            ],
            positionals: [
                PositionalSpecification("FILE", "The signed envelope.", completion: .file)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let path = arguments.positionals.first ?? ""
        let keys = try KeyFile.verifying(arguments.strings("key"))
        EnvelopeListing.tell(
            try SignedChangeEnvelope(
                try SignedFileArgument.contents(path), keys: keys,
                file: SafeText(operatorProvided: path)), isJSON: arguments.has("json"))
        return .ok
    }
}
