import Foundation
package import KafkaTransport
import Synchronization
import VigilCore

/// A broker process for tests, stopped when this process ends, however it ends.
package final class TestBroker: Sendable {
    /// `host:port`.
    package let bootstrap: String
    package let kind: BrokerKind
    /// What a client must set to be let in.
    package let security: [String: String]
    /// The folder of Apache Kafka's nodes; nil for other brokers.
    private let folder: String?
    private let process: Mutex<RunningProcess?>

    /// Why there is no broker.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private init(
        kind: BrokerKind, bootstrap: String, process: RunningProcess?, folder: String? = nil,
        security: [String: String] = [:]
    ) {
        self.kind = kind
        self.folder = folder
        self.security = security
        self.bootstrap = bootstrap
        self.process = Mutex(process)
    }

    /// The one broker of a kind that all tests of this process share; started when first asked for.
    package static func shared(_ kind: BrokerKind) throws -> TestBroker {
        try sharedBrokers.withLock { brokers in
            if let broker = brokers[kind] { return broker }
            let broker = try start(kind)
            brokers[kind] = broker
            atexit { TestBroker.stopShared() }
            return broker
        }
    }

    private static let sharedBrokers = Mutex<[BrokerKind: TestBroker]>([:])

    private static func stopShared() {
        sharedBrokers.withLock { brokers in
            for broker in brokers.values { broker.stop() }
            brokers = [:]
        }
    }

    /// Starts a broker of its own on a free port, with a folder that goes with it.
    package static func start(_ kind: BrokerKind) throws -> TestBroker {
        if kind == .apacheKafka, let bootstrap = BrokerKind.bootstrapOfUser {
            return TestBroker(kind: kind, bootstrap: bootstrap, process: nil)
        }
        let broker =
            switch kind {
            case .apacheKafka: try startApacheKafka()
            case .demo: try startDemo()
            }
        let admin = try TopicAdmin(configuration: broker.configuration(group: "test"))
        guard admin.brokerReachable(timeout: .seconds(30)) else {
            throw Failure(description: "\(kind) did not answer within 30 s")
        }
        return broker
    }

    /// Starts Apache Kafka that takes TLS connections with this user's name and password alone.
    package static func startSecured(user: String, password: String) throws -> TestBroker {
        let module = "org.apache.kafka.common.security.plain.PlainLoginModule required"
        let login =
            "\(module) username=\"node\" password=\"node\" user_node=\"node\" "
            + "user_\(user)=\"\(password)\";"
        return try startApacheKafka(
            [
                "--tls", "--set",
                "listener.security.protocol.map=SSL:SASL_SSL,CONTROLLER:PLAINTEXT", "--set",
                "sasl.enabled.mechanisms=PLAIN", "--set",
                "sasl.mechanism.inter.broker.protocol=PLAIN", "--set",
                "listener.name.ssl.plain.sasl.jaas.config=\(login)",
            ],
            login: [
                "security.protocol": "sasl_ssl", "sasl.mechanism": "PLAIN",
                "sasl.username": user, "sasl.password": password,
            ])
    }

    /// Crashes Apache Kafka's only node, as `kill -9` does.
    package func crash() throws { try command("kill") }

    /// Starts the node that was crashed again on its own log, and waits until it serves.
    package func revive() throws { try command("revive") }

    private func command(_ word: String) throws {
        guard let folder, let command = BrokerKind.kafkaCommand else {
            throw Failure(description: "\(kind) cannot be crashed from here")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command)
        process.arguments = [word, folder, "1"]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "kafka \(word) failed")
        }
    }

    private static func startApacheKafka(
        _ options: [String] = [], login: [String: String] = [:]
    ) throws -> TestBroker {
        guard let command = BrokerKind.kafkaCommand else {
            throw Failure(description: BrokerKind.apacheKafka.howToGet)
        }
        // Its own least session is 6 s, which a takeover would have to wait for.
        let process = try RunningProcess(
            command: [command, "start", "--set", "group.min.session.timeout.ms=1000"] + options,
            folder: nil)
        let line = try process.readLine(within: 90)
        guard let found = line.firstRange(of: /"bootstrap": "(?<address>[^"]+)"/) else {
            throw Failure(description: "Apache Kafka did not start: \(line)")
        }
        let address = line[found].split(separator: "\"")[2]
        func text(_ name: String) -> String? {
            guard let start = line.range(of: "\"\(name)\": \"")?.upperBound else { return nil }
            return String(line[start...].prefix { $0 != "\"" })
        }
        var security = login
        security["ssl.ca.location"] = text("ca")
        return TestBroker(
            kind: .apacheKafka, bootstrap: String(address), process: process,
            folder: text("data"), security: security)
    }

    private static func startDemo() throws -> TestBroker {
        guard let command = BrokerKind.demoCommand else {
            throw Failure(description: BrokerKind.demo.howToGet)
        }
        let port = try FreePort.find()
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("vigil-broker-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let process = try RunningProcess(
            command: [
                command, "start", "--only", "kafka", "--kafka-port", String(port), "--data-dir",
                folder,
            ], folder: folder)
        return TestBroker(kind: .demo, bootstrap: "127.0.0.1:\(port)", process: process)
    }

    /// How a client of a test reaches this broker.
    package func configuration(
        group: String, instance: String? = nil, consumer: [String: String] = [:],
        producer: [String: String] = [:]
    ) -> KafkaConfiguration {
        KafkaConfiguration(
            bootstrap: bootstrap, group: group, instance: instance, host: "test", common: security,
            consumer: consumer, producer: producer)
    }

    /// Stops the broker and waits until it is gone.
    package func stop() {
        process.withLock {
            $0?.stop()
            $0 = nil
        }
    }
}
