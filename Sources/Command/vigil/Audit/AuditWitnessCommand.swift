import Audit
import Commands
import Files
import Processes
import Settings
import Signing
import VigilCore

/// `vigil audit witness`: a second key says that the log is still the one that it signed before.
enum AuditWitnessCommand: Command {
    private static let ending = ".checkpoint"
    private static let filesMax = 10_000

    static var specification: CommandSpecification {
        CommandSpecification(
            name: "audit witness",
            summary: "Check the audit log against what was cosigned before, and cosign it by a "
                + "second key",
            example: "vigil audit witness --bootstrap localhost:9092 --topic vigil.audit.v1 "
                + "--key trail.pub --witness-key witness.key --name board --folder witnessed",
            options: AuditOptions.source + [
                OptionSpecification(
                    "witness-key", value: "FILE", "The witness's private key (vigil key make).",
                    isRequired: true, completion: .file),
                OptionSpecification(
                    "name", value: "NAME", "The witness's name, without spaces and plus.",
                    isRequired: true),
                OptionSpecification(
                    "folder", value: "DIR",
                    "Where the witness keeps what it cosigned, a file for each log; nobody else "
                        + "should write there.", isRequired: true, completion: .directory),
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let key = try KeyFile.signing(arguments.string("witness-key") ?? "")
        let name = arguments.string("name") ?? ""
        guard NoteKey.isName(name) else {
            throw UsageError.valueRefused(
                command: "audit witness", option: "name", found: SafeText(operatorProvided: name),
                expected: "at most 128 letters, digits and signs without spaces and plus")
        }
        let folder = arguments.string("folder") ?? ""
        let logs = try AuditOptions.logs(arguments, held: try held(in: folder))
        let now = SystemClock().wall()
        for (log, history) in logs.all {
            guard history.faults.isEmpty else {
                let faults = history.faults.map(\.code.text).joined(separator: ", ")
                Terminal.error("vigil: NOT cosigned: \(log.text) is not as it was (\(faults))")
                continue
            }
            guard let newest = history.newest else {
                Terminal.error("vigil: \(log.text) has no checkpoint yet")
                continue
            }
            let note = try newest.note.cosigned(by: name, key, at: now)
            try write(note, of: log, in: folder)
            tell(log, newest.checkpoint, isJSON: arguments.has("json"))
        }
        return logs.areGood ? .ok : .dataError
    }

    /// What was cosigned before.
    private static func held(in folder: String) throws(CommandError) -> [String] {
        do throws(FileFailure) {
            return try FolderNames.read(folder, countMax: filesMax)
                .filter { $0.hasSuffix(ending) }.sorted().map { "\(folder)/\($0)" }
        } catch {
            throw .fileNotRead(path: SafeText(operatorProvided: folder))
        }
    }

    /// A log's name has slashes and no plus.
    private static func write(
        _ note: SignedNote, of log: AuditTreeName, in folder: String
    ) throws(CommandError) {
        let path = "\(folder)/\(log.text.replacing("/", with: "+"))\(ending)"
        do throws(FileFailure) {
            try FileReplacement.write(Array(note.text.utf8), to: path)
        } catch {
            throw CommandError(notWritten: path, error)
        }
    }

    private static func tell(_ log: AuditTreeName, _ checkpoint: Checkpoint, isJSON: Bool) {
        Terminal.line(
            isJSON
                ? JSONWriter.text([
                    "log": .string(log.text), "size": .integer(checkpoint.size),
                    "root": .string(checkpoint.root.hex), "cosigned": true,
                ]) : "cosigned \(log.text) at \(checkpoint.size) leaves")
    }
}
