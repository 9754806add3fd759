import Commands
import FoundationModel
import KafkaTransport
import Pipeline
import Processes
import Settings
import Tensor
import VigilCore

/// `vigil bench pipeline`: what real workers do with studies on a real broker, or what the
/// transport alone does with records.
enum BenchPipelineCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "bench pipeline",
            summary: "Measure workers on a broker: studies a second, time to notification by stage,"
                + " processor time outside the model, joules; or --transport alone",
            example: "vigil bench pipeline --bootstrap localhost:9092 --model models/vit-b16 "
                + "--studies 80 --workers 2 --precision int8",
            options: [CommonOptions.bootstrap] + workerOptions + transportOptions + [
                OptionSpecification(
                    "timeout-s", value: "SECONDS", "How long a measurement may take (240)."),
                BrokerAccess.timeoutOption, CommonOptions.configuration, CommonOptions.set,
                CommonOptions.json,
            ],
            positionals: [
                PositionalSpecification(
                    "FILE", "Files to read in place of synthetic radiographs, one a study.",
                    isRequired: false, isRepeated: true, completion: .file)
            ])
    }

    private static let workerOptions = [
        OptionSpecification(
            "model", value: "DIR", "The model's directory (a small untrained one).",
            completion: .directory),
        OptionSpecification("studies", value: "N", "Studies that are measured (40)."),
        OptionSpecification(
            "workers", value: "N", "Worker processes on the partitions of one topic, 1 to 16 (1)."),
        OptionSpecification(
            "rate", value: "N/UNIT",
            "Sends so many studies a second (5/s); without it, all at once."
        ),
        OptionSpecification(
            flag: "scattered", "Sends each study to another partition than the one that owns it."),
        EngineOptions.precision,
        OptionSpecification(
            "threads", value: "N", "Threads of each worker's engine (all, shared out by workers)."),
        OptionSpecification(
            "size", value: "PIXELS", "Rows and columns of synthetic radiographs (1024)."),
        OptionSpecification(
            "worker", value: "PROGRAM",
            "Runs this program in place of 'vigil worker', with the same options.",
            completion: .file),
    ]

    private static let transportOptions = [
        OptionSpecification(
            flag: "transport", "Measures consuming and producing in transactions alone."),
        OptionSpecification("records", value: "N", "Records of a round of --transport (100000)."),
        OptionSpecification("record-bytes", value: "N", "Bytes of such a record (1024)."),
        OptionSpecification("transaction", value: "N", "Such records in a transaction (1000)."),
        OptionSpecification("rounds", value: "N", "Rounds of --transport (3)."),
        OptionSpecification(
            "against", value: "PROGRAM",
            "With --transport: takes turns with this program (see Deploy/bench/pipeline.d).",
            completion: .file),
    ]

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        ShutdownSignals.block()
        let stop = StopRequest(waking: try WakeUp())
        let listener = try OwnedThread { ShutdownSignals.listen { stop.request() } }
        listener.detach()
        let bench = try BenchTopics(arguments)
        let clock = SystemClock()
        let seconds = try arguments.integer("timeout-s", in: 1...3600) ?? 240
        let bound = BenchBound(stop: stop, deadline: clock.monotonic() + .seconds(seconds))
        if arguments.has("transport") {
            return try TransportBench(arguments, topics: bench, bound: bound).run()
        }
        return try PipelineBench(arguments, topics: bench, bound: bound).run()
    }
}

/// When a measurement has to end.
struct BenchBound {
    let stop: StopRequest
    let deadline: MonotonicTime

    /// Throws when it is over.
    func check(done: Int, of all: Int) throws(LabError) {
        guard !stop.isRequested, SystemClock().monotonic() < deadline else {
            throw .measurementEnded(done: done, of: all)
        }
    }
}

/// The benchmark's own topics, which are deleted when it is let go.
final class BenchTopics {
    /// Studies or records are shared out evenly on so many.
    static let partitions = 12

    /// Begins the names of topics, group and workers.
    let name: String
    let settings: Settings
    let configuration: KafkaConfiguration
    /// What the settings differ in from the operator's.
    let overrides: [SettingOverride]
    private var made: [String] = []
    /// How long the brokers may take over one step.
    let timeout: Duration

    init(_ arguments: ParsedArguments) throws {
        name = "vigil-bench-\(UInt32.random(in: 0 ... .max))"
        overrides = [
            ("topics.input", "in"), ("topics.finding", "finding"), ("topics.energy", "energy"),
            ("topics.dead-letter", "dead"), ("topics.expired", "expired"),
        ].map { [name] key, word in
            SettingOverride(key: key, value: "\(name).\(word)", flag: "bench")
        }
        settings = try Settings.load(
            file: CommonOptions.file(arguments), environment: Environment.variables,
            overrides: arguments.overrides() + overrides + [
                SettingOverride(
                    key: "topics.partitions", value: "\(Self.partitions)", flag: "bench")
            ])
        let access = try BrokerAccess(settings, arguments, group: name)
        (configuration, timeout) = (access.configuration, access.timeout)
    }

    /// Makes topics.
    func make(_ topics: [TopicSpecification]) throws {
        let admin = try TopicAdmin(configuration: configuration)
        let outcomes = try admin.createTopics(topics, timeout: timeout)
        made += topics.map(\.name)
        for topic in topics {
            switch outcomes[topic.name] {
            case .created, .alreadyExists: continue
            case .failed(let error): throw error
            case .deleted, nil:
                throw LabError.topicNotMade(SafeText(operatorProvided: topic.name))
            }
        }
    }

    deinit {
        // Nobody is left to tell of an error; the topics' names say whose they are.
        guard !made.isEmpty, let admin = try? TopicAdmin(configuration: configuration) else {
            return
        }
        _ = try? admin.deleteTopics(made, timeout: timeout)
    }
}
