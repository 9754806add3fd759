import Commands
import KafkaTransport
import Pipeline
import Settings
import Telemetry
import VigilCore

/// `vigil replay`: runs a range of study events again and compares the findings.
enum ReplayCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "replay",
            summary: "Run study events of the past again and compare each finding's digest with "
                + "the published one, and of its draft where topics.report is set: exit code 0 "
                + "when all are the same, 65 when not, 66 when the range holds none",
            example: "vigil replay --bootstrap localhost:9092 --verify --from 0 --to 100 "
                + "--model models/untrained --input-root /srv/dicom",
            options: [
                CommonOptions.bootstrap,
                OptionSpecification(
                    flag: "verify", "Compares and publishes nothing; the only mode there is."),
                OptionSpecification(
                    "topic", value: "T", "The topic of study events (topics.input)."),
                OptionSpecification(
                    "partition", value: "P", "Only this partition of it."),
                OptionSpecification(
                    "from", value: "OFFSET", "The first offset of each partition.",
                    isRequired: true),
                OptionSpecification(
                    "to", value: "OFFSET", "The offset after the last one.", isRequired: true),
                OptionSpecification(
                    "model", value: "DIR", "The model's directory (model.directory).",
                    completion: .directory),
                OptionSpecification(
                    "input-root", value: "DIR",
                    "Events may name files below this folder (input.roots).", isRepeated: true,
                    completion: .directory),
                BrokerAccess.timeoutOption, CommonOptions.configuration, CommonOptions.set,
                CommonOptions.json,
            ])
    }

    static var settingFlags: [(option: String, key: SettingKey)] {
        [("model", .modelDirectory), ("input-root", .inputRoots)]
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        guard arguments.has("verify") else { throw VigilCommandError.verifyMissing }
        let offsets = 0...Int.max - 1
        let from = try arguments.integer("from", in: offsets) ?? 0
        let to = try arguments.integer("to", in: from...Int.max - 1) ?? from
        let partition = try arguments.integer("partition", in: 0...Int(Int32.max))
        let settings = try CommonOptions.settings(arguments, flags: settingFlags)
        let access = try BrokerAccess(settings, arguments)
        let verifier = try ReplayVerifier(
            settings: settings, kafka: access.configuration, timeout: access.timeout,
            modelCache: EngineOptions.cacheDirectory,
            telemetry: Telemetry(
                minimumLevel: LogLevel(rawValue: settings.logLevel) ?? .info))
        let range = ReplayVerifier.Range(
            topic: arguments.string("topic") ?? settings.topicsInput,
            partition: partition.map { Int32($0) }, offsets: Int64(from)..<Int64(to))
        var counts = (all: 0, reproduced: 0)
        try verifier.run(range) { position, verdict in
            counts.all += 1
            if verdict.isReproduced { counts.reproduced += 1 }
            report(position, verdict, isJSON: arguments.has("json"))
        }
        guard counts.all > 0 else {
            throw VigilCommandError.nothing(
                .events(topic: SafeText(operatorProvided: range.topic), from: from, to: to))
        }
        let same = counts.all == counts.reproduced
        if arguments.has("json") {
            Terminal.line(
                JSONWriter.text([
                    "events": .integer(Int64(counts.all)),
                    "reproduced": .integer(Int64(counts.reproduced)), "same": .bool(same),
                ]))
        } else {
            Terminal.line("\(counts.reproduced) of \(counts.all) events reproduced")
        }
        return same ? .ok : .dataError
    }

    private static func report(
        _ position: RecordPosition, _ verdict: ReplayVerifier.Verdict, isJSON: Bool
    ) {
        let (word, published, now) = words(verdict)
        if isJSON {
            Terminal.line(
                JSONWriter.text([
                    "partition": .integer(Int64(position.partition)),
                    "offset": .integer(position.offset), "verdict": .string(word),
                    "published": published.map { .string($0) } ?? .null,
                    "now": now.map { .string($0) } ?? .null,
                ]))
        } else if !verdict.isReproduced {
            let both = [published, now].compactMap { $0 }.joined(separator: " ")
            Terminal.line("\(position.partition):\(position.offset) \(word) \(both)")
        }
    }

    /// A verdict as a word, what was published and what came out now.
    private static func words(
        _ verdict: ReplayVerifier.Verdict
    ) -> (word: String, published: String?, now: String?) {
        switch verdict {
        case .same(let digest): ("same", digest.hex, digest.hex)
        case .differs(let published, let now): ("differs", published.hex, now.hex)
        case .failsAgain(let code): ("fails_again", code.text, code.text)
        case .onlyNow(let digest): ("only_now", nil, digest.hex)
        case .onlyPublished(let code): ("only_published", nil, code.text)
        case .evidenceDiffers(let published, let now):
            ("evidence_differs", published.hex, now.hex)
        case .draftDiffers(let published, let now): ("draft_differs", published.hex, now.hex)
        case .draftFails(let code): ("draft_fails", nil, code.text)
        case .failsOtherwise(let code): ("fails_otherwise", nil, code.text)
        }
    }
}
