import BrokerTestKit
import Foundation
import KafkaTransport
import Testing
import VigilCore

/// The topics, the group and the folder of one test on a shared broker, and the short ways to use
/// them.
struct Scene {
    /// The topics by what they hold.
    struct Topics {
        let input: String
        let finding: String
        let energy: String
        let deadLetter: String
    }

    let broker: TestBroker
    let topics: Topics
    let group: String
    /// A folder that events may name files in, besides that of the images.
    let folder: String
    private let model: String

    /// Makes the topics, by the command that users have for it.
    ///
    /// - Parameter findingConfig: makes the topic of findings before it, with this configuration.
    init(
        _ kind: BrokerKind, partitions: Int = 3, model: String? = nil,
        findingConfig: [String: String]? = nil
    ) throws {
        try self.init(
            TestBroker.shared(kind), partitions: partitions, model: model,
            findingConfig: findingConfig)
    }

    /// Makes the topics on a broker of the test's own.
    init(
        _ broker: TestBroker, partitions: Int = 3, model: String? = nil,
        findingConfig: [String: String]? = nil
    ) throws {
        self.broker = broker
        self.model = try model ?? RunFolder.model.get()
        folder = try RunFolder.make()
        let name = "e2e-" + String(UInt64.random(in: 0 ... .max), radix: 36)
        group = name
        topics = Topics(
            input: name + ".in", finding: name + ".finding", energy: name + ".energy",
            deadLetter: name + ".dead")
        if let findingConfig {
            let admin = try TopicAdmin(configuration: broker.configuration(group: "scene"))
            let topic = TopicSpecification(
                name: topics.finding, partitions: Int32(partitions), replication: 1,
                config: findingConfig)
            let made = try admin.createTopics([topic], timeout: .seconds(30))
            try #require(made[topic.name] == .created)
        }
        let create =
            ["topics", "create", "--bootstrap", broker.bootstrap] + topicSettings
            + ["--set", "topics.partitions=\(partitions)"]
        var run = try CommandRun(create)
        // 69 and 75 ask for another try: Kafka fences its own broker when the machine is too busy
        // for its heartbeat.
        let end = ContinuousClock.now + .seconds(60)
        while [69, 75].contains(run.code), ContinuousClock.now < end {
            Thread.sleep(forTimeInterval: 1)
            run = try CommandRun(create)
        }
        try #require(run.code == 0, "\(run.error)")
    }

    private var topicSettings: [String] {
        [
            "topics.input=\(topics.input)", "topics.finding=\(topics.finding)",
            "topics.energy=\(topics.energy)", "topics.dead-letter=\(topics.deadLetter)",
            "topics.worklist=\(topics.input).orders",
        ].flatMap { ["--set", $0] }
            + broker.security.flatMap { ["--set", "kafka.\($0.key)=\($0.value)"] }
    }

    /// The arguments of a worker.
    func arguments(instance: String, settings: [String], bootstrap: String? = nil) -> [String] {
        [
            "--bootstrap", bootstrap ?? broker.bootstrap, "--group", group, "--model", model,
            "--input-root", Images.folder, "--input-root", folder, "--instance", instance,
        ] + topicSettings + settings.flatMap { ["--set", $0] }
    }

    /// The arguments of a replay of this scene's input.
    func replayArguments(settings: [String]) -> [String] {
        [
            "--bootstrap", broker.bootstrap, "--model", model, "--input-root", Images.folder,
            "--input-root", folder,
        ] + topicSettings + settings.flatMap { ["--set", $0] }
    }

    /// The arguments of `vigil demo` on this scene's topics.
    func demoArguments(files: [String]) -> [String] {
        ["demo", "--bootstrap", broker.bootstrap, "--json"] + topicSettings + files
    }

    /// Starts a worker and waits until it has partitions.
    func startWorker(
        instance: String = "slot-1", settings: [String] = []
    ) throws -> WorkerProcess {
        let worker = try WorkerProcess(
            arguments: arguments(instance: instance, settings: settings))
        try worker.ready()
        return worker
    }

    /// Sends messages, to the input topic unless another is named, and waits until the broker has
    /// them.
    func send(_ messages: [StudyMessage], to topic: String? = nil) throws {
        let producer = try PlainProducer(configuration: broker.configuration(group: "sender"))
        for message in messages {
            try producer.send(message.record(topic: topic ?? topics.input))
        }
        try producer.flush(within: .seconds(30))
    }

    /// A reader of all that the workers publish.
    func audit() throws -> OutcomeAudit { try OutcomeAudit(self) }

    /// Sends messages, waits for their outcomes, stops the worker, and expects one of each.
    @discardableResult
    func run(_ messages: [StudyMessage], on worker: WorkerProcess) throws -> OutcomeAudit {
        let audit = try audit()
        try send(messages)
        try audit.await(messages.count, within: .seconds(120), worker: worker)
        try worker.stop()
        try audit.settle()
        #expect(audit.problems(messages) == [])
        return audit
    }

    /// Writes a file into the scene's folder and gives its path.
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let path = folder + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }
}
