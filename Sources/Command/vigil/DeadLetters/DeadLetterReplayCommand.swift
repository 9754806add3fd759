import Commands
import Pipeline
import Processes
import Settings
import VigilCore
import Wire

/// `vigil dlq replay`: sends chosen dead letters again, each once.
enum DeadLetterReplayCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "dlq replay",
            summary: "Send dead letters to the input topic again, once each, in transactions; exit "
                + "code 66 when none is left to send",
            example: "vigil dlq replay --bootstrap localhost:9092 --all --code file_missing",
            options: DeadLetterOptions.common + [
                OptionSpecification(
                    flag: "all", "Takes every letter that the other options let through."),
                OptionSpecification(
                    flag: "again", "Also takes letters that were sent again before."),
                OptionSpecification(
                    flag: "dry-run", "Only shows which letters would be sent."),
                OptionSpecification(
                    "to", value: "T", "Another topic than the input (topics.input)."),
            ],
            positionals: [
                PositionalSpecification(
                    "LETTER", "A partition and an offset as 'vigil dlq ls' shows them.",
                    isRequired: false, isRepeated: true)
            ])
    }

    static var settingFlags: [(option: String, key: SettingKey)] {
        DeadLetterOptions.settingFlags
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let isAll = arguments.has("all")
        guard isAll != !arguments.positionals.isEmpty else { throw VigilCommandError.lettersOrAll }
        let settings = try DeadLetterOptions.settings(arguments)
        var letters = try DeadLetterOptions.letters(arguments, settings)
        let entries = try DeadLetterOptions.chosen(arguments, of: letters.entries)
        let isAgain = arguments.has("again")
        // Named ones that hold no original are refused; of all, they are left out.
        let chosen = entries.filter {
            (isAgain || !$0.isReplayed) && !(isAll && $0.letter?.omitted != nil)
        }
        guard !chosen.isEmpty else {
            throw VigilCommandError.nothing(.letters(leftOut: entries.count))
        }
        let target = arguments.string("to") ?? settings.topicsInput
        let isDry = arguments.has("dry-run")
        if !isDry {
            try letters.replay(chosen, to: target, at: SystemClock().wall())
        }
        if arguments.has("json") {
            for entry in chosen {
                Terminal.line(JSONWriter.text(DeadLetterListCommand.json(entry)))
            }
            return .ok
        }
        for entry in chosen { Terminal.line("letter \(entry.id)") }
        let skipped = entries.count - chosen.count
        Terminal.line(
            "\(chosen.count) letters \(isDry ? "would be " : "")sent to \(target), "
                + "\(skipped) left out because they were sent before or hold no original")
        return .ok
    }
}
