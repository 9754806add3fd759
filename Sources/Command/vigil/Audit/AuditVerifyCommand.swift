import Audit
import Commands
import Settings
import VigilCore

/// `vigil audit verify`: whether the audit log is whole and unchanged.
enum AuditVerifyCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "audit verify",
            summary: "Check every leaf of the audit log against its signed checkpoints",
            example: "vigil audit verify --bootstrap localhost:9092 --topic vigil.audit.v1 "
                + "--key trail.pub --held worker-1.checkpoint",
            options: AuditOptions.common + [
                OptionSpecification(
                    "witness", value: "NAME=FILE",
                    "A witness and its public key; it must have cosigned what is held.",
                    isRepeated: true)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let logs = try AuditOptions.logs(arguments)
        if arguments.has("json") {
            for (name, history) in logs.all { Terminal.line(JSONWriter.text(json(name, history))) }
        } else {
            Terminal.out(table(logs))
        }
        if logs.strays > 0 {
            Terminal.error("vigil: \(logs.strays) records of the topic belong to no log")
        }
        guard logs.areGood else {
            Terminal.error(
                "vigil: the audit log is NOT as it was written. Keep it as it is, and find out "
                    + "who could change it; see Deploy/AUDIT.md")
            return .dataError
        }
        return .ok
    }

    private static func table(_ logs: AuditLogs) -> String {
        var table = TextTable([
            .init("log"), .init("leaves", isNumber: true), .init("signed", isNumber: true),
            .init("checkpoints", isNumber: true), .init("verdict"),
        ])
        for (name, history) in logs.all {
            table.add(
                [
                    name.text, "\(history.tree.size)", "\(history.tree.size - history.unsigned)",
                    "\(history.signed.count)", history.faults.isEmpty ? "good" : "BROKEN",
                ], below: history.faults.map { "\($0.code): \($0.what)" })
        }
        return table.text
    }

    private static func json(_ name: AuditTreeName, _ history: AuditHistory) -> JSONValue {
        var object = JSONObject()
        object["log"] = .string(name.text)
        object["good"] = .bool(history.faults.isEmpty)
        object["leaves"] = .integer(Int64(history.tree.size))
        object["unsigned"] = .integer(Int64(history.unsigned))
        object["checkpoints"] = .integer(Int64(history.signed.count))
        object["root"] = (history.newest?.checkpoint.root.hex).map { .string($0) } ?? .null
        object["faults"] = .array(
            history.faults.map {
                ["code": .string($0.code.text), "what": .string($0.what.text)]
            })
        return .object(object)
    }
}
