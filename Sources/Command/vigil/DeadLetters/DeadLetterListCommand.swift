import Commands
import Pipeline
import Settings
import VigilCore
import Wire

/// `vigil dlq ls`: what lies in the dead-letter topic.
enum DeadLetterListCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "dlq ls", summary: "List the dead letters, without what they hold",
            example: "vigil dlq ls --bootstrap localhost:9092 --code file_missing",
            options: DeadLetterOptions.common)
    }

    static var settingFlags: [(option: String, key: SettingKey)] {
        DeadLetterOptions.settingFlags
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let settings = try DeadLetterOptions.settings(arguments)
        let letters = try DeadLetterOptions.letters(arguments, settings)
        let entries = try DeadLetterOptions.chosen(arguments, of: letters.entries)
        if arguments.has("json") {
            for entry in entries { Terminal.line(JSONWriter.text(json(entry))) }
        } else {
            Terminal.out(table(entries))
        }
        if entries.isEmpty { Terminal.error("vigil: no dead letter fits") }
        return .ok
    }

    private static func table(_ entries: [DeadLetterReplay.Entry]) -> String {
        var table = TextTable([
            .init("letter"), .init("failed"), .init("stage"), .init("error"),
            .init("attempts", isNumber: true), .init("bytes", isNumber: true),
            .init("sent again"),
        ])
        for entry in entries {
            let letter = entry.letter
            let origin = letter?.origin
            table.add(
                [
                    entry.id, letter?.lastFailure.description ?? "?",
                    letter?.stage.rawValue ?? "?", letter?.errorCode ?? "?",
                    letter.map { "\($0.attempts)" } ?? "?", "\(entry.record.value?.count ?? 0)",
                    entry.isReplayed ? "yes" : "",
                ],
                below: origin.map { ["of \($0.topic)/\($0.partition)/\($0.offset)"] } ?? [])
        }
        return table.text
    }

    /// A letter for machines, without what it holds.
    static func json(_ entry: DeadLetterReplay.Entry) -> JSONValue {
        var object = JSONObject()
        object["letter"] = .string(entry.id)
        object["replayed"] = .bool(entry.isReplayed)
        object["bytes"] = .integer(Int64(entry.record.value?.count ?? 0))
        object["dead_letter"] = entry.letter?.json ?? .null
        return .object(object)
    }
}
