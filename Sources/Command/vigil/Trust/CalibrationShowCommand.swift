import Commands
import Pipeline
import Processes
import Settings
import Signing
import Triage
import VigilCore

/// `vigil calibration show`: checks a calibration's signature and claims, and prints it.
enum CalibrationShowCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "calibration show",
            summary: "Check a calibration's signature, counts and time, and print it",
            example: "vigil calibration show site.calibration --key site.pub",
            options: [
                OptionSpecification(
                    "key", value: "FILE", "A public key that is trusted.", isRepeated: true,
                    isRequired: true, completion: .file),
                CommonOptions.configuration, CommonOptions.set, CommonOptions.json,
            ],
            positionals: [
                PositionalSpecification("FILE", "The calibration.", completion: .file)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let path = arguments.positionals.first ?? ""
        let keys = try KeyFile.verifying(arguments.strings("key"))
        let signed = try SignedCalibration(
            try SignedFileArgument.contents(path), keys: keys,
            rules: try TriageRules(try CommonOptions.settings(arguments)),
            file: SafeText(operatorProvided: path))
        let isExpired = SystemClock().wall() >= signed.file.validity.expires
        if arguments.has("json") {
            Terminal.line(
                JSONWriter.text([
                    "digest": .string(signed.digest.hex), "key_id": .string(signed.signer.hex),
                    "expired": .bool(isExpired), "calibration": signed.file.json,
                ]))
        } else {
            Terminal.out(CalibrationTable(signed.file).text)
            Terminal.line("signed by \(signed.signer.hex)")
            Terminal.line("digest    \(signed.digest.hex)")
            if isExpired { Terminal.line("It has EXPIRED: by it nothing is said any more.") }
        }
        return .ok
    }
}
