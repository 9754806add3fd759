import Commands
import KafkaTransport
import Processes
import Quality
import Settings
import VigilCore
import Wire

/// `vigil quality`: what became known of findings after they were published, by what persons said
/// at the worklist; how groups of studies differ in it; and whether what findings tell has changed.
enum QualityCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "quality",
            summary: "Show how often findings were right as far as persons have said so, how "
                + "groups differ in it, and what has changed",
            example: "vigil quality --bootstrap localhost:9092 --by site",
            options: [CommonOptions.bootstrap] + figureOptions + driftOptions + commonOptions)
    }

    private static let commonOptions = [
        OptionSpecification(flag: "follow", "Goes on, and shows all again when there is news."),
        OptionSpecification("every", value: "SECONDS", "With --follow: how often at most (10)."),
        BrokerAccess.timeoutOption, CommonOptions.configuration, CommonOptions.set,
        CommonOptions.json,
    ]
    private static let traits = QualityTrait.allCases.map(\.rawValue)
    private static let figureOptions = [
        OptionSpecification(
            "feedback", value: "TOPIC",
            "What persons said of findings (\(WireNames.feedbackTopic))."),
        OptionSpecification(
            "by", value: "TRAIT",
            "What studies are told apart by, where records or --fields tell it: "
                + traits.joined(separator: ", ") + ", or a field."),
        OptionSpecification(
            "fairness", value: "TRAIT",
            "Shows how rates differ between groups of studies that are told apart by it."),
        OptionSpecification(
            "fields", value: "FILE",
            "What the site says of its studies itself, such as sex: a line of JSON a study, with "
                + "its pseudonym as study.", completion: .file),
        OptionSpecification(
            "small-below", value: "N",
            "Counts of studies below this, but for 0, are not told (5); 1 tells all."),
        OptionSpecification(
            "thin-below", value: "N", "Of fewer studies with a truth a share is unknown (20)."),
    ]
    private static let driftOptions = [
        OptionSpecification(
            flag: "drift", "Shows whether what findings tell of studies has changed."),
        OptionSpecification(
            "state", value: "FILE",
            "With --drift: goes on from what this file knows, and keeps what becomes known there.",
            completion: .file),
        OptionSpecification(
            "join", value: "FILE", "With --drift: takes in what another one's state knows.",
            isRepeated: true, completion: .file),
        OptionSpecification(
            flag: "publish-alarms", "With --drift: publishes each alarm, once."),
        OptionSpecification(
            "alarms", value: "TOPIC", "Where alarms are published (\(WireNames.alarmTopic))."),
    ]

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let settings = try CommonOptions.settings(arguments)
        let following = QualityFollowing(
            every: .seconds(try arguments.number("every", in: 0.1...86_400) ?? 10),
            goesOn: arguments.has("follow"), isJSON: arguments.has("json"))
        try checkDrift(arguments)
        if arguments.has("drift") { return try drift(arguments, settings, following) }
        let telling = QualityFigures.Telling(
            smallBelow: try arguments.integer("small-below", in: 1...1_000_000) ?? 5,
            thinBelow: try arguments.integer("thin-below", in: 1...1_000_000) ?? 20)
        let fields = try arguments.string("fields").map(FieldsFile.read) ?? StudyFields()
        let grouping = try grouping("by", arguments, fields)
        let compared = try self.grouping("fairness", arguments, fields)
        let access = try BrokerAccess(settings, arguments)
        let reading = QualityReading(
            findings: settings.topicsFinding,
            feedback: arguments.string("feedback") ?? WireNames.feedbackTopic, fields: fields)
        do {
            if let compared {
                var view = FairnessView(reading: reading, grouping: compared, telling: telling)
                return try following.run(&view, access)
            }
            var view = FiguresView(reading: reading, grouping: grouping, telling: telling)
            return try following.run(&view, access)
        } catch let error as KafkaError {
            // 'vigil topics create', which that error speaks of, makes every other topic.
            guard error.isUnknownTopic, error.fault?.subject?.name.text == reading.topics[1]
            else { throw error }
            throw VigilCommandError.feedbackMissing(
                SafeText(operatorProvided: reading.topics[1]))
        }
    }

    private static func drift(
        _ arguments: ParsedArguments, _ settings: Settings, _ following: QualityFollowing
    ) throws -> ExitCode {
        let state = try DriftState(arguments)
        let access = try BrokerAccess(settings, arguments)
        let topic =
            arguments.has("publish-alarms")
            ? arguments.string("alarms") ?? WireNames.alarmTopic : nil
        var view = DriftView(
            findings: settings.topicsFinding, state: state.monitor, file: state.file,
            alarms: try topic.map { try DriftAlarms(topic: $0, access) })
        return try following.run(&view, access)
    }

    /// Refuses options that mean nothing without `--drift`.
    private static func checkDrift(_ arguments: ParsedArguments) throws(CommandError) {
        guard !arguments.has("drift") else { return }
        for option in ["state", "join", "publish-alarms"] where arguments.has(option) {
            throw .needs(option: SafeText(operatorProvided: option), other: "drift")
        }
    }

    /// What studies are told apart by, where the option names something that is told.
    private static func grouping(
        _ option: String, _ arguments: ParsedArguments, _ fields: StudyFields
    ) throws(UsageError) -> StudyGrouping? {
        guard let name = arguments.string(option) else { return nil }
        if fields.names.contains(name) { return .field(name) }
        if let trait = QualityTrait(rawValue: name) { return .trait(trait) }
        let known = (traits + fields.names.sorted()).joined(separator: ", ")
        throw .valueRefused(
            command: "quality", option: SafeText(operatorProvided: option),
            found: SafeText(operatorProvided: name),
            expected: SafeText(
                operatorProvided: "one of \(known); what else a site knows comes by --fields"))
    }
}
