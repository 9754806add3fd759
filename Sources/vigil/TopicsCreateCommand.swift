import KafkaTransport
import Pipeline
import Settings
import VigilCore
import Wire

/// `vigil topics create`: makes every topic that the worker reads and writes.
enum TopicsCreateCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "topics create",
            summary: "Create the worker's topics; those that exist are left as they are",
            example: "vigil topics create --bootstrap localhost:9092 --set topics.partitions=12",
            options: [
                CommonOptions.bootstrap, CommonOptions.configuration, CommonOptions.set,
                CommonOptions.json,
            ])
    }

    /// How long the broker may take.
    private static let timeout = Duration.seconds(15)

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let settings = try CommonOptions.settings(arguments)
        let admin = try TopicAdmin(
            configuration: KafkaConfiguration(settings, arguments: arguments))
        let input = try admin.describe(timeout: timeout)[settings.topicsInput]
        let topics = specifications(settings, inputPartitions: input)
        let outcomes = try admin.createTopics(topics, timeout: timeout)
        var table = TextTable([
            .init("topic"), .init("partitions", isNumber: true), .init("outcome"),
        ])
        var worst = ExitCode.ok
        for topic in topics {
            let outcome = outcomes[topic.name]
            if case .failed(let error)? = outcome { worst = VigilCommand.report(error) }
            if outcome == nil { worst = .proto }
            let word = outcome.map(describe) ?? "no answer"
            table.add([topic.name, "\(topic.partitions)", word])
            if arguments.has("json") {
                Terminal.line(
                    JSONWriter.text([
                        "topic": .string(topic.name),
                        "partitions": .integer(Int64(topic.partitions)), "outcome": .string(word),
                    ]))
            }
        }
        if !arguments.has("json") { Terminal.out(table.text) }
        return worst
    }

    private static func describe(_ outcome: TopicOutcome) -> String {
        switch outcome {
        case .created: "created"
        case .alreadyExists: "exists"
        case .deleted: "deleted"
        case .failed(let error): "failed: \(error.what)"
        }
    }

    /// Input and dead letters keep what nobody has looked at yet; findings are compacted to the
    /// latest of each study and kept besides for the retention, so that a new reader sees every
    /// study once.
    ///
    /// - Parameter inputPartitions: how many partitions the input topic has, if it is there: all
    ///   topics of events are to have as many, so that one worker reads all of a study.
    static func specifications(
        _ settings: Settings, inputPartitions: Int? = nil
    ) -> [TopicSpecification] {
        let (seconds, _) = settings.topicsRetention.components
        let retention = String(seconds * 1000)
        // A dead letter holds its original and headers of our own besides, so it must be allowed
        // more.
        let roomy = [
            "retention.ms": retention,
            "max.message.bytes": String(KafkaConfiguration.deadLetterBytesMax),
        ]
        let plain = ["cleanup.policy": "delete", "retention.ms": retention]
        // A finding lists its instances, and a CT has thousands.
        let compacted = roomy.merging(["cleanup.policy": "compact,delete"]) { $1 }
        let configs: [(String, [String: String])] = [
            (settings.topicsInput, plain),
            (settings.topicsWorklist, ["cleanup.policy": "compact"]),
            (settings.topicsEnergy, plain),
            (settings.topicsDeadLetter, roomy.merging(["cleanup.policy": "delete"]) { $1 }),
            (settings.topicsExpired, roomy.merging(["cleanup.policy": "delete"]) { $1 }),
        ]
        let urgent = [settings.topicsUrgent, settings.topicsOrders].compactMap { $0 }.map {
            ($0, plain)
        }
        let returns = ReturnTopics(settings).names.map {
            ($0, roomy.merging(["cleanup.policy": "delete"]) { $1 })
        }
        let findings = settings.topicsOfFindings.map { ($0, compacted) }
        let ofEvents = Set((urgent + returns).map(\.0))
        return (configs + findings + urgent + returns).map { name, config in
            let alike = ofEvents.contains(name) ? inputPartitions : nil
            return TopicSpecification(
                name: name, partitions: Int32(clamping: alike ?? settings.topicsPartitions),
                replication: Int16(clamping: settings.topicsReplication), config: config)
        }
    }
}
