import Audit
import Commands
import Files
import Settings
import VigilCore

/// `vigil audit export`: the audit log as files that anybody can check and serve.
enum AuditExportCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "audit export",
            summary: "Write the signed part of the audit log as files (C2SP tlog-tiles), for "
                + "Deploy/audit/verify.py and others",
            example: "vigil audit export --bootstrap localhost:9092 --topic vigil.audit.v1 "
                + "--key trail.pub audit",
            options: [
                CommonOptions.bootstrap, AuditOptions.topic, AuditOptions.key, AuditOptions.held,
                BrokerAccess.timeoutOption, CommonOptions.configuration, CommonOptions.set,
                CommonOptions.json,
            ],
            positionals: [
                PositionalSpecification(
                    "DIR", "The folder; it is made, and a folder for each log below it.",
                    completion: .directory)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let root = arguments.positionals.first ?? ""
        var leaves: [AuditTreeName: [[UInt8]]] = [:]
        let logs = try AuditOptions.logs(arguments) { leaf, bytes in
            leaves[leaf.tree, default: []].append(bytes)
        }
        guard logs.areGood else { throw VigilCommandError.auditBroken }
        for (name, history) in logs.all {
            let count = try write(
                history, leaves[name] ?? [], to: "\(root)/\(name.text)")
            if arguments.has("json") {
                Terminal.line(
                    JSONWriter.text([
                        "log": .string(name.text), "leaves": .integer(Int64(count)),
                        "left_out": .integer(Int64(history.unsigned)),
                    ]))
            } else {
                Terminal.line("\(name.text): \(count) leaves, \(history.unsigned) not signed yet")
            }
        }
        return .ok
    }

    /// - Returns: how many leaves were written: those that a checkpoint tells of.
    private static func write(
        _ history: AuditHistory, _ leaves: [[UInt8]], to folder: String
    ) throws -> Int {
        guard let newest = history.newest else { return 0 }
        let size = Int(newest.checkpoint.size)
        for first in stride(from: 0, to: size, by: MerkleTiles.width) {
            let end = min(size, first + MerkleTiles.width)
            try put(MerkleTiles.bundle(Array(leaves[first..<end]), from: first), folder)
        }
        try MerkleTiles(history.tree, size: size).eachTile { (file) throws(CommandError) in
            try put(file, folder)
        }
        for (checkpoint, note) in history.signed {
            try put(("checkpoints/\(checkpoint.size)", Array(note.text.utf8)), folder)
        }
        try put(("checkpoint", Array(newest.note.text.utf8)), folder)
        return size
    }

    private static func put(_ file: MerkleTiles.File, _ folder: String) throws(CommandError) {
        let path = "\(folder)/\(file.path)"
        do throws(FileFailure) {
            try FileReplacement.makeFolders(above: path)
            try FileReplacement.write(file.bytes, to: path)
        } catch {
            throw CommandError(notWritten: path, error)
        }
    }
}
