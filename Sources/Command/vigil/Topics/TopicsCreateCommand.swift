import Commands
import KafkaTransport
import Settings
import VigilCore

/// `vigil topics create`: makes every topic that the worker reads and writes, and says in what
/// those that are there differ.
enum TopicsCreateCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "topics create",
            summary: "Create the worker's topics; those that exist are left as they are, and what "
                + "they differ in is told",
            example: "vigil topics create --bootstrap localhost:9092 --set topics.partitions=12",
            options: [
                CommonOptions.bootstrap, BrokerAccess.timeoutOption, CommonOptions.configuration,
                CommonOptions.set, CommonOptions.json,
            ])
    }

    /// What became of one topic.
    private struct Result {
        let topic: TopicSpecification
        let outcome: TopicOutcome?
        let shape: ClusterSurvey.Shape?
        let differences: [String]
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let settings = try CommonOptions.settings(arguments)
        let access = try BrokerAccess(settings, arguments)
        let brokers = access.survey.brokers
        if let copies = settings.topicsReplication, copies > brokers {
            throw VigilCommandError.tooFewBrokers(copies: copies, brokers: brokers)
        }
        let results = try create(
            TopicPlan(
                settings, brokers: brokers,
                inputPartitions: access.survey.topics[settings.topicsInput]?.partitions
            ).topics, access)
        if arguments.has("json") {
            for result in results { Terminal.line(JSONWriter.text(json(result))) }
        } else {
            Terminal.out(table(results))
        }
        warn(results, brokers: brokers)
        return worst(results)
    }

    private static func create(
        _ topics: [TopicSpecification], _ access: BrokerAccess
    ) throws -> [Result] {
        let admin = try TopicAdmin(configuration: access.configuration)
        let outcomes = try admin.createTopics(topics, timeout: access.timeout)
        let old = topics.map(\.name).filter { outcomes[$0] == .alreadyExists }
        // What brokers do not tell is said of each topic, and ends nothing.
        let told = try? admin.configurations(of: old, timeout: access.timeout)
        let shapes = shapes(of: old, access, admin)
        return topics.map { topic in
            guard outcomes[topic.name] == .alreadyExists else {
                let shape = ClusterSurvey.Shape(
                    partitions: Int(topic.partitions), replication: Int(topic.replication ?? 0))
                return Result(
                    topic: topic, outcome: outcomes[topic.name], shape: shape, differences: [])
            }
            let differences = TopicDifferences(
                topic, shape: shapes[topic.name],
                configuration: told?[topic.name])
            return Result(
                topic: topic, outcome: .alreadyExists, shape: differences.shape,
                differences: differences.lines)
        }
    }

    /// How topics are laid out, those too that were made since brokers were first asked.
    private static func shapes(
        of topics: [String], _ access: BrokerAccess, _ admin: borrowing TopicAdmin
    ) -> [String: ClusterSurvey.Shape] {
        let known = access.survey.topics
        guard topics.contains(where: { known[$0] == nil }) else { return known }
        return (try? admin.survey(knowing: topics).topics) ?? known
    }

    private static func worst(_ results: [Result]) -> ExitCode {
        results.reduce(.ok) { worst, result in
            switch result.outcome {
            case .failed(let error): ErrorReport.tell(error)
            case nil: .proto
            case .created, .alreadyExists, .deleted: worst
            }
        }
    }

    /// What is of one copy on a cluster of several is lost with one disk.
    private static func warn(_ results: [Result], brokers: Int) {
        let copies = min(TopicPlan.copiesWanted, brokers)
        let few = results.filter { ($0.shape?.replication).map { $0 < copies } ?? false }
        guard !few.isEmpty else { return }
        let names = few.map { "\($0.topic.name) (\($0.shape?.replication ?? 0))" }
        Terminal.error(
            "vigil: warning: there are \(brokers) brokers, and fewer than \(copies) copies of "
                + names.joined(separator: ", ")
                + ". What is lost with a disk is lost: leave topics.replication out for new "
                + "topics, and give those that exist more replicas")
    }

    private static func table(_ results: [Result]) -> String {
        var table = TextTable([
            .init("topic"), .init("partitions", isNumber: true), .init("copies", isNumber: true),
            .init("outcome"),
        ])
        for result in results {
            let shape = result.shape
            table.add(
                [
                    result.topic.name, shape.map { "\($0.partitions)" } ?? "?",
                    shape.map { "\($0.replication)" } ?? "?", word(result.outcome),
                ], below: result.differences)
        }
        return table.text
    }

    private static func json(_ result: Result) -> JSONValue {
        [
            "topic": .string(result.topic.name),
            "partitions": result.shape.map { .integer(Int64($0.partitions)) } ?? .null,
            "replication": result.shape.map { .integer(Int64($0.replication)) } ?? .null,
            "outcome": .string(word(result.outcome)),
            "differences": .array(result.differences.map { .string($0) }),
        ]
    }

    private static func word(_ outcome: TopicOutcome?) -> String {
        switch outcome {
        case .created: "created"
        case .alreadyExists: "exists"
        case .deleted: "deleted"
        case .failed(let error): "failed: \(error.what)"
        case nil: "no answer"
        }
    }
}
