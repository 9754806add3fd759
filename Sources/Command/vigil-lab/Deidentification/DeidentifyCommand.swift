import Commands
import Deidentification
import Settings
import VigilCore

/// `vigil deidentify`: files that may leave, by the Basic Application Level Confidentiality Profile
/// of DICOM PS3.15.
enum DeidentifyCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "deidentify",
            summary: "Write DICOM files without what names patients, by PS3.15 annex E; what may "
                + "show a name in its pixels is refused",
            example: "vigil deidentify --key-file deid.key --out cleaned "
                + "--retain modified-dates studies",
            options: [
                OptionSpecification(
                    "key-file", value: "FILE",
                    "A secret of 32 random bytes or more, its owner's alone: UIDs, pseudonyms and "
                        + "days are made with it.", isRequired: true, completion: .file),
                OptionSpecification(
                    "out", value: "DIR", "The folder to write to; nothing in it is replaced.",
                    isRequired: true, completion: .directory),
                OptionSpecification(
                    "retain", value: "WHAT", "An option of the profile: what stays.",
                    isRepeated: true,
                    completion: .words(ConfidentialityOption.retaining.map(\.rawValue))),
                OptionSpecification(
                    "clean", value: "WHAT",
                    "An option of the profile: what is cleaned where it would go.",
                    isRepeated: true,
                    completion: .words(ConfidentialityOption.cleaning.map(\.rawValue))),
                OptionSpecification(
                    "safe-private", value: "FILE",
                    "Private attributes that may stay, a line 'CREATOR;gggg,xxee' each.",
                    completion: .file),
                OptionSpecification(
                    "words", value: "FILE",
                    "Further words that may stay in descriptors, such as a site's protocols.",
                    completion: .file),
                OptionSpecification(
                    flag: "pixels-seen",
                    "A person has looked at every picture: none is refused for its class, kind or "
                        + "look."),
                OptionSpecification(
                    flag: "show-paths",
                    "Names inputs by their paths, which may hold names; else by their number."),
                CommonOptions.json,
            ],
            positionals: [
                PositionalSpecification(
                    "INPUT", "DICOM files, or folders of them, which may hold folders.",
                    isRepeated: true, completion: .file)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let options = Set(
            (arguments.strings("retain") + arguments.strings("clean"))
                .compactMap(ConfidentialityOption.init))
        if options.isSuperset(of: [.retainFullDates, .retainModifiedDates]) {
            throw LabError.datesTwice
        }
        if options.contains(.retainSafePrivate) != arguments.has("safe-private") {
            let names: (SafeText, SafeText) = ("safe-private", "retain safe-private")
            throw arguments.has("safe-private")
                ? CommandError.needs(option: names.0, other: names.1)
                : CommandError.needs(option: names.1, other: names.0)
        }
        let run = try DeidentificationRun(
            deidentifier: Deidentifier(
                key: try DeidentificationKey.read(arguments.string("key-file") ?? ""),
                options: options,
                safePrivate: try arguments.string("safe-private").map(safePrivate),
                words: SafeWords(added: try arguments.string("words").map(text) ?? ""),
                arePixelsSeen: arguments.has("pixels-seen")),
            output: arguments.string("out") ?? "", looksAtPixels: !arguments.has("pixels-seen"))
        let report = DeidentificationReport(
            isJSON: arguments.has("json"), showsPaths: arguments.has("show-paths"))
        return try run.carryOut(arguments.positionals, report)
    }

    private static func safePrivate(_ path: String) throws -> SafePrivateList {
        guard let list = SafePrivateList(try text(path)) else {
            throw LabError.badList(path: SafeText(operatorProvided: path))
        }
        return list
    }

    private static func text(_ path: String) throws -> String {
        let bytes = try NamedFile.contents(path, bytesMax: 1 << 20)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandError.fileNotRead(path: SafeText(operatorProvided: path))
        }
        return text
    }
}
