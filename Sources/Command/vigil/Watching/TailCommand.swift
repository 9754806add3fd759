import Commands
import KafkaTransport
import Settings
import VigilCore
import Wire

/// `vigil tail`: findings as they are committed, outside of any group, so that no worker hears of
/// it.
enum TailCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "tail", summary: "Show findings as they come, by pseudonym",
            example: "vigil tail --bootstrap localhost:9092 --least urgent --flagged pneumothorax",
            options: [
                CommonOptions.bootstrap,
                OptionSpecification(
                    "from", value: "WHERE",
                    "Whether what is there already is shown too (end).",
                    completion: .words(RecordReader.Start.allCases.map(\.rawValue))),
                OptionSpecification(
                    "least", value: "PRIORITY", "Only what is as urgent as this, or more.",
                    completion: .words(Priority.allCases.map(\.rawValue))),
                OptionSpecification(
                    "flagged", value: "CODE", "Only studies in which this finding is flagged."),
                OptionSpecification("count", value: "N", "Ends after so many."),
                OptionSpecification(flag: "until-end", "Ends once all that is there was shown."),
                BrokerAccess.timeoutOption, CommonOptions.configuration, CommonOptions.set,
                OptionSpecification(
                    flag: "json", "One record a line, as published, study UID included."),
            ])
    }

    /// Records that are taken at a time.
    private static let batch = 1000
    /// How long news are waited for at once.
    private static let patience = Duration.seconds(1)

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let settings = try CommonOptions.settings(arguments)
        let filter = FindingFilter(
            least: try arguments.choice("least", of: Priority.self),
            flagged: arguments.string("flagged"))
        let start = try arguments.choice("from", of: RecordReader.Start.self) ?? .end
        var left = try arguments.integer("count", in: 1...Int.max)
        let access = try BrokerAccess(settings, arguments)
        var reader = try RecordReader(configuration: access.configuration)
        try reader.open(
            [settings.topicsFinding], from: start, timeout: access.timeout)
        let isJSON = arguments.has("json")
        while left != 0 {
            for record in try reader.next(max: left ?? Self.batch, timeout: patience) {
                if show(record, filter, isJSON: isJSON) { left = left.map { $0 - 1 } }
            }
            if arguments.has("until-end"), reader.isAtEnd { break }
        }
        return .ok
    }

    /// Whether a record was shown. One that cannot be read is told of and passed over.
    private static func show(_ record: InboundRecord, _ filter: FindingFilter, isJSON: Bool) -> Bool
    {
        // A tombstone: what was said is taken back, or retention has made room.
        guard record.value != nil else { return false }
        do throws(WireError) {
            let finding = try FindingDecoder.decode(record)
            guard filter.takes(finding) else { return false }
            if isJSON {
                Terminal.line(JSONWriter.text(finding.json))
            } else {
                for line in FindingLine(finding).lines { Terminal.line(line) }
            }
            return true
        } catch {
            let place = record.position
            Terminal.error(
                "vigil tail: \(place.topic)/\(place.partition)/\(place.offset) cannot be read: "
                    + error.code.text)
            return false
        }
    }
}
