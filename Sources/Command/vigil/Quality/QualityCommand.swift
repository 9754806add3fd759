import Commands
import KafkaTransport
import Processes
import Quality
import Settings
import VigilCore
import Wire

/// `vigil quality`: what became known of findings after they were published, by what persons said
/// at the worklist.
enum QualityCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "quality",
            summary: "Show how often findings were right, as far as persons have said so",
            example: "vigil quality --bootstrap localhost:9092 --by site",
            options: [
                CommonOptions.bootstrap,
                OptionSpecification(
                    "feedback", value: "TOPIC",
                    "What persons said of findings (\(WireNames.feedbackTopic))."),
                OptionSpecification(
                    "by", value: "TRAIT",
                    "What studies are told apart by, where records tell it.",
                    completion: .words(QualityTrait.allCases.map(\.rawValue))),
                OptionSpecification(
                    "small-below", value: "N",
                    "Counts of studies below this, but for 0, are not told (5); 1 tells all."),
                OptionSpecification(
                    "thin-below", value: "N",
                    "Of fewer studies with a truth a share is unknown (20)."),
                OptionSpecification(
                    flag: "follow", "Goes on, and shows all again when there is news."),
                OptionSpecification(
                    "every", value: "SECONDS", "With --follow: how often at most (10)."),
                BrokerAccess.timeoutOption, CommonOptions.configuration, CommonOptions.set,
                CommonOptions.json,
            ])
    }

    private static let recordsPerRound = 1000

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let settings = try CommonOptions.settings(arguments)
        let telling = QualityFigures.Telling(
            smallBelow: try arguments.integer("small-below", in: 1...1_000_000) ?? 5,
            thinBelow: try arguments.integer("thin-below", in: 1...1_000_000) ?? 20)
        let trait = try arguments.choice("by", of: QualityTrait.self)
        let pause = Duration.seconds(try arguments.number("every", in: 0.1...86_400) ?? 10)
        let isJSON = arguments.has("json")
        let access = try BrokerAccess(settings, arguments)
        var reading = QualityReading(
            findings: settings.topicsFinding,
            feedback: arguments.string("feedback") ?? WireNames.feedbackTopic)
        var reader = try RecordReader(configuration: access.configuration)
        try reader.open(reading.topics, timeout: access.timeout)
        try readToEnd(&reader, into: &reading, within: access.timeout)
        QualityReport(reading, by: trait, telling).show(isJSON: isJSON)
        while arguments.has("follow") {
            guard try read(&reader, into: &reading, for: pause) else { continue }
            QualityReport(reading, by: trait, telling).show(isJSON: isJSON)
        }
        return .ok
    }

    /// Reads what is committed, to the end of both topics. Blocks.
    ///
    /// - Parameter timeout: how long nothing may come.
    private static func readToEnd(
        _ reader: inout RecordReader, into reading: inout QualityReading, within timeout: Duration
    ) throws {
        var deadline = Deadline(after: timeout)
        while !reader.isAtEnd {
            guard !deadline.isOver else { throw KafkaError.timedOut(operation: "quality_read") }
            let records = try reader.next(max: recordsPerRound, timeout: deadline.remaining)
            for record in records { reading.take(record) }
            if !records.isEmpty { deadline = Deadline(after: timeout) }
        }
    }

    /// Reads what comes for so long; whether anything did. Blocks.
    private static func read(
        _ reader: inout RecordReader, into reading: inout QualityReading, for time: Duration
    ) throws -> Bool {
        let deadline = Deadline(after: time)
        var hasNews = false
        while !deadline.isOver {
            let records = try reader.next(max: recordsPerRound, timeout: deadline.remaining)
            for record in records { reading.take(record) }
            hasNews = hasNews || !records.isEmpty
        }
        return hasNews
    }
}
