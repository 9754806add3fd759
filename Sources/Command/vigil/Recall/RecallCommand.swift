import Commands
import KafkaTransport
import Processes
import Settings
import Signing
import VigilCore
import Wire

/// `vigil recall`: what stands that was said by a model, calibration, policy or preprocessing; and
/// has workers recall it.
enum RecallCommand: Command {
    private static let name: SafeText = "vigil recall"
    private static let recordsPerRound = 1000

    static var specification: CommandSpecification {
        CommandSpecification(
            name: "recall",
            summary: "List every finding that stands and was made by a model, calibration, policy "
                + "or preprocessing, of several that are named by all; and have workers recall "
                + "them",
            example: "vigil recall --bootstrap localhost:9092 --since 2026-11-01T00:00:00Z "
                + "--model c5ce1d3f69593cf9380861d62331773c0dbed4c7d060692ca130ae3199e11f19",
            options: [CommonOptions.bootstrap] + makings + [
                OptionSpecification(
                    flag: "publish",
                    "Has workers say of each that it is recalled, at the order of its study; run "
                        + "again, it goes on with what still stands."),
                OptionSpecification(
                    "key", value: "FILE",
                    "With --publish: the private key that signs; workers trust its public half by "
                        + "control.keys.", completion: .file),
                BrokerAccess.timeoutOption, CommonOptions.configuration, CommonOptions.set,
                CommonOptions.json,
            ])
    }

    private static let makings = [
        OptionSpecification(
            "model", value: "DIGEST", "SHA-256 of the model, or of one of its adapters."),
        OptionSpecification("calibration", value: "DIGEST", "SHA-256 of the calibration."),
        OptionSpecification("policy", value: "DIGEST", "SHA-256 of the triage policy's table."),
        OptionSpecification(
            "preprocessing", value: "DIGEST", "SHA-256 of the preprocessing's manifest."),
        OptionSpecification(
            "since", value: "TIME", "Only what was decided then or later (RFC 3339)."),
    ]

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let settings = try CommonOptions.settings(arguments)
        var standing = StandingFindings(by: try makings(arguments))
        let key = try key(arguments)
        let access = try BrokerAccess(settings, arguments)
        try read(settings.topicsOfFindings, access, into: &standing)
        RecallListing(standing).show(isJSON: arguments.has("json"))
        if let key {
            let sent = try RecallPublishing(settings, access, key: key).send(standing.found)
            RecallListing.show(sent)
        }
        guard standing.unreadable.isEmpty else {
            throw VigilCommandError.findingsUnreadable(standing.unreadable.count)
        }
        return .ok
    }

    /// What signs; nil where nothing is to be published.
    private static func key(_ arguments: ParsedArguments) throws -> SigningKey? {
        guard arguments.has("publish") else { return nil }
        guard let path = arguments.string("key") else {
            throw UsageError.optionMissing(command: name, option: "key")
        }
        return try KeyFile.signing(path)
    }

    /// What is asked for.
    private static func makings(_ arguments: ParsedArguments) throws -> FindingMakings {
        func digest(_ option: String) throws -> Digest? {
            guard let text = arguments.string(option) else { return nil }
            guard let digest = Digest(text: text) else {
                throw UsageError.valueRefused(
                    command: name, option: SafeText(operatorProvided: option),
                    found: SafeText(operatorProvided: text),
                    expected: "64 digits 0-9 and a-f, with or without sha256: before them")
            }
            return digest
        }
        var makings = FindingMakings()
        makings.model = try digest("model")
        makings.calibration = try digest("calibration")
        makings.policy = try digest("policy")
        makings.preprocessing = try digest("preprocessing")
        guard makings != FindingMakings() else {
            throw UsageError.optionMissing(command: name, option: "model")
        }
        if let text = arguments.string("since") {
            guard let since = Timestamp(rfc3339: text) else {
                throw UsageError.valueRefused(
                    command: name, option: "since", found: SafeText(operatorProvided: text),
                    expected: "a time with its zone, such as 2026-11-01T00:00:00Z")
            }
            makings.since = since
        }
        return makings
    }

    /// Reads topics of findings from their first committed record to their last. Blocks.
    private static func read(
        _ topics: [String], _ access: BrokerAccess, into standing: inout StandingFindings
    ) throws {
        var reader = try RecordReader(configuration: access.configuration)
        try reader.open(topics, timeout: access.timeout)
        var deadline = Deadline(after: access.timeout)
        while !reader.isAtEnd {
            guard !deadline.isOver else { throw KafkaError.timedOut(operation: "recall_read") }
            let records = try reader.next(max: recordsPerRound, timeout: deadline.remaining)
            for record in records { standing.take(record) }
            if !records.isEmpty { deadline = Deadline(after: access.timeout) }
        }
    }
}
