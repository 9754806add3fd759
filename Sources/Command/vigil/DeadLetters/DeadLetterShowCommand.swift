import Commands
import Pipeline
import Settings
import VigilCore
import Wire

/// `vigil dlq show`: dead letters with all that they hold.
enum DeadLetterShowCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "dlq show",
            summary: "Show dead letters whole; they may hold patient data",
            example: "vigil dlq show --bootstrap localhost:9092 0:12",
            options: DeadLetterOptions.common,
            positionals: [
                PositionalSpecification(
                    "LETTER", "A partition and an offset as 'vigil dlq ls' shows them.",
                    isRepeated: true)
            ])
    }

    static var settingFlags: [(option: String, key: SettingKey)] {
        DeadLetterOptions.settingFlags
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let settings = try DeadLetterOptions.settings(arguments)
        let letters = try DeadLetterOptions.letters(arguments, settings)
        let chosen = try DeadLetterOptions.chosen(arguments, of: letters.entries)
        guard !chosen.isEmpty else { throw VigilCommandError.nothing(.letters(leftOut: 0)) }
        for entry in chosen {
            if arguments.has("json") {
                Terminal.line(JSONWriter.text(json(entry)))
            } else {
                show(entry)
            }
        }
        return .ok
    }

    private static func show(_ entry: DeadLetterReplay.Entry) {
        Terminal.line("letter \(entry.id)\(entry.isReplayed ? ", sent again" : "")")
        for header in entry.record.headers {
            Terminal.line("  \(header.name): \(ShownBytes.text(header.value))")
        }
        Terminal.line("  key: \(ShownBytes.text(entry.record.key))")
        Terminal.line("  value:")
        for line in ShownBytes.lines(entry.record.value) { Terminal.line("    \(line)") }
    }

    private static func json(_ entry: DeadLetterReplay.Entry) -> JSONValue {
        var object = JSONObject()
        object["letter"] = .string(entry.id)
        object["replayed"] = .bool(entry.isReplayed)
        object["dead_letter"] = entry.letter?.json ?? .null
        object["headers"] = .array(
            entry.record.headers.map { header in
                ["name": .string(header.name), "value": value(header.value)]
            })
        object["key"] = value(entry.record.key)
        object["value"] = value(entry.record.value)
        return .object(object)
    }

    /// Text as text, other bytes as an object with their hexadecimal digits.
    private static func value(_ bytes: [UInt8]?) -> JSONValue {
        guard let bytes else { return .null }
        return String(validating: bytes, as: UTF8.self).map { .string($0) }
            ?? ["hex": .string(Hex.encode(bytes))]
    }
}
