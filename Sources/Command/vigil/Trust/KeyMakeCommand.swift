import Commands
import Settings
import Signing
import VigilCore

/// `vigil key make`: a pair of keys for signing.
enum KeyMakeCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "key make",
            summary: "Make a pair of Ed25519 keys, for signing calibrations and audit logs",
            example: "vigil key make --private site.key --public site.pub",
            options: [
                OptionSpecification(
                    "private", value: "FILE",
                    "The file of the private key, PKCS#8 in PEM, for its owner alone; it must not "
                        + "be there.", isRequired: true, completion: .file),
                OptionSpecification(
                    "public", value: "FILE", "The file of the public key, likewise.",
                    isRequired: true, completion: .file),
                CommonOptions.json,
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let (secret, open) = (arguments.string("private") ?? "", arguments.string("public") ?? "")
        let key = try SigningKey.make()
        try KeyFile.write(key, privatePath: secret, publicPath: open)
        if arguments.has("json") {
            Terminal.line(
                JSONWriter.text([
                    "key_id": .string(key.verifying.id.hex), "private": .string(secret),
                    "public": .string(open),
                ]))
        } else {
            Terminal.line("key \(key.verifying.id.hex)")
            Terminal.line("\(secret) signs and stays with you; give \(open) to who is to trust it")
        }
        return .ok
    }
}
