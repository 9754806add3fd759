import Commands
import Settings
import Signing
import Triage
import VigilCore
import Weights

/// `vigil envelope sign`: signs an envelope of changes with the figures of the reports it names.
enum EnvelopeSignCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "envelope sign",
            summary: "Sign an envelope of changes, with the figures of the evaluations it names",
            example: "vigil envelope sign envelope.json --key board.key --out site.envelope",
            options: [
                OptionSpecification(
                    "key", value: "FILE", "The private key (vigil key make) that signs it.",
                    isRequired: true, completion: .file),
                OptionSpecification(
                    "out", value: "FILE", "The signed envelope.", isRequired: true,
                    completion: .file),
                CommonOptions.json,
            ],
            positionals: [
                PositionalSpecification(
                    "FILE", "The envelope, as vigil envelope draft prints one.",
                    completion: .file)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let path = arguments.positionals.first ?? ""
        let key = try KeyFile.signing(arguments.string("key") ?? "")
        let envelope = try EnvelopeDraft(path: path).envelope()
        let out = arguments.string("out") ?? ""
        let text = try SignedChangeEnvelope.text(of: envelope, key: key)
        // Read as the worker will read it, before anything is written.
        let signed = try SignedChangeEnvelope(
            Array(text.utf8), keys: [key.verifying], file: SafeText(operatorProvided: out))
        try FileWriter.write(text, to: out)
        EnvelopeListing.tell(signed, isJSON: arguments.has("json"))
        return .ok
    }
}
