import Commands
import KafkaTransport
import Pipeline
import Settings
import VigilCore
import Wire

/// What the `vigil dlq` commands have in common.
enum DeadLetterOptions {
    static let topic = OptionSpecification(
        "topic", value: "T", "The topic to look through (topics.dead-letter).")
    static let code = OptionSpecification("code", value: "CODE", "Only letters with this error.")
    static let stage = OptionSpecification(
        "stage", value: "STAGE", "Only letters that failed at this stage.",
        completion: .words(Stage.allCases.map(\.rawValue)))
    static let group = OptionSpecification(
        "group", value: "G", "The workers' group (worker.group), for which letters are sent again.")
    static let common = [
        CommonOptions.bootstrap, topic, group, code, stage, BrokerAccess.timeoutOption,
        CommonOptions.configuration, CommonOptions.set, CommonOptions.json,
    ]

    /// Records that are read at most.
    private static let maximum = 1_000_000

    /// Those of them that stand for a setting.
    static let settingFlags: [(option: String, key: SettingKey)] = [("group", .workerGroup)]

    static func settings(_ arguments: ParsedArguments) throws -> Settings {
        try CommonOptions.settings(arguments, flags: settingFlags)
    }

    /// All letters of the topic.
    static func letters(
        _ arguments: ParsedArguments, _ settings: Settings
    ) throws -> DeadLetterReplay {
        let access = try BrokerAccess(settings, arguments)
        return try DeadLetterReplay(
            access.configuration, topic: arguments.string("topic") ?? settings.topicsDeadLetter,
            maximum: maximum, timeout: access.timeout)
    }

    /// The letters that the options let through, of those named or of all.
    static func chosen(
        _ arguments: ParsedArguments, of entries: [DeadLetterReplay.Entry]
    ) throws -> [DeadLetterReplay.Entry] {
        let stage = try arguments.choice("stage", of: Stage.self)
        let code = arguments.string("code")
        var found = entries
        if !arguments.positionals.isEmpty {
            let byID = Dictionary(entries.map { ($0.id, $0) }) { $1 }
            found = try arguments.positionals.map { id in
                guard let entry = byID[id] else {
                    throw DeadLetterReplayError.noLetter(SafeText(operatorProvided: id))
                }
                return entry
            }
        }
        return found.filter { entry in
            (code == nil || entry.letter?.errorCode == code)
                && (stage == nil || entry.letter?.stage == stage)
        }
    }
}
