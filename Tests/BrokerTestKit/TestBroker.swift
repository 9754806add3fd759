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
        guard (try? admin.describe(timeout: .seconds(30))) != nil else {
            throw Failure(description: "\(kind) did not answer within 30 s")
        }
        return broker
    }

    /// Starts Apache Kafka that takes TLS connections with these users' names and passwords alone,
    /// and keeps access lists.
    ///
    /// - Parameter superuser: the one of them who may do all; tests log in as that.
    package static func startSecured(
        users: [String: String], superuser: String
    ) throws -> TestBroker {
        let module = "org.apache.kafka.common.security.plain.PlainLoginModule required"
        let known = users.merging(["node": "node"]) { $1 }
            .map { "user_\($0.key)=\"\($0.value)\"" }.joined(separator: " ")
        let login = "\(module) username=\"node\" password=\"node\" \(known);"
        return try startApacheKafka(
            [
                "--tls", "--set",
                "listener.security.protocol.map=SSL:SASL_SSL,CONTROLLER:PLAINTEXT", "--set",
                "sasl.enabled.mechanisms=PLAIN", "--set",
                "sasl.mechanism.inter.broker.protocol=PLAIN", "--set",
                "listener.name.ssl.plain.sasl.jaas.config=\(login)", "--set",
                "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "--set", "allow.everyone.if.no.acl.found=true", "--set",
                "super.users=User:node;User:ANONYMOUS;User:\(superuser)",
            ],
            login: [
                "security.protocol": "sasl_ssl", "sasl.mechanism": "PLAIN",
                "sasl.username": superuser, "sasl.password": users[superuser] ?? "",
            ])
    }

    /// Starts Apache Kafka with two doors: one that asks clients for certificates of its own
    /// authority, and one that takes unsigned tokens. Stopping the first stops both.
    package static func startWithCertificatesAndTokens() throws
        -> (certificates: TestBroker, tokens: TestBroker)
    {
        let ports = try (0..<3).map { _ in try FreePort.find() }
        let doors = "SSL://127.0.0.1:\(ports[0]),SASL_PLAINTEXT://127.0.0.1:\(ports[1])"
        let module = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required"
        let settings = [
            "listeners=\(doors),CONTROLLER://127.0.0.1:\(ports[2])",
            "advertised.listeners=\(doors)",
            "controller.quorum.voters=1@127.0.0.1:\(ports[2])", "ssl.client.auth=required",
            "sasl.enabled.mechanisms=OAUTHBEARER",
            "listener.name.sasl_plaintext.oauthbearer.sasl.jaas.config=\(module) "
                + "unsecuredLoginStringClaim_sub=\"node\";",
        ]
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("vigil-kafka-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let authority = try TestCertificates.authority(in: folder)
        let own = try TestCertificates.signed("127.0.0.1", in: folder)
        let client = try TestCertificates.signed("vigil", in: folder)
        try TestCertificates.join([own.key, own.certificate, authority], to: "\(folder)/node.pem")
        let door = try startApacheKafka(
            ["--tls", "--port", "\(ports[0])", "--data", folder]
                + settings.flatMap { ["--set", $0] },
            login: [
                "security.protocol": "ssl", "ssl.certificate.location": client.certificate,
                "ssl.key.location": client.key,
            ], temporary: folder)
        let tokens = TestBroker(
            kind: .apacheKafka, bootstrap: "127.0.0.1:\(ports[1])", process: nil,
            security: [
                "security.protocol": "sasl_plaintext", "sasl.mechanism": "OAUTHBEARER",
                "enable.sasl.oauthbearer.unsecure.jwt": "true",
                "sasl.oauthbearer.config": "principal=vigil",
            ])
        return (door, tokens)
    }

    /// Starts Apache Kafka that gives clients an address at which nobody is.
    package static func startMisadvertised() throws -> TestBroker {
        let address = "nowhere.invalid:9092"
        return try startApacheKafka(["--set", "advertised.listeners=PLAINTEXT://\(address)"])
    }

    /// Starts Apache Kafka of three nodes. They wait longer for each other than is theirs: three
    /// that start beside other tests on two cores go on electing, one after the other.
    package static func startCluster() throws -> TestBroker {
        let patience = [
            "controller.quorum.election.timeout.ms=3000",
            "controller.quorum.fetch.timeout.ms=8000",
            "controller.quorum.request.timeout.ms=8000", "broker.session.timeout.ms=9000",
        ]
        return try startApacheKafka(["--nodes", "3"] + patience.flatMap { ["--set", $0] })
    }

    /// A server that makes TLS connections with a certificate and is no broker.
    package static func startTLSServer(_ pair: TestCertificates.Pair) throws -> TestBroker {
        let port = try FreePort.find()
        let process = try RunningProcess(
            command: [
                "openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-cert", pair.certificate,
                "-key", pair.key, "-quiet",
            ], folder: nil)
        return TestBroker(
            kind: .apacheKafka, bootstrap: "127.0.0.1:\(port)", process: process,
            security: ["security.protocol": "ssl", "ssl.ca.location": pair.certificate])
    }

    /// Makes topics of three partitions that are not there yet.
    package func makeTopics(_ names: [String]) throws {
        let admin = try TopicAdmin(configuration: configuration(group: "scene"))
        let made = try admin.createTopics(
            names.map { TopicSpecification(name: $0, partitions: 3, replication: 1) },
            timeout: .seconds(30))
        guard names.allSatisfy({ made[$0] == .created }) else {
            throw Failure(description: "topics were not made: \(made)")
        }
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
        _ options: [String] = [], login: [String: String] = [:], temporary: String? = nil
    ) throws -> TestBroker {
        guard let command = BrokerKind.kafkaCommand else {
            throw Failure(description: BrokerKind.apacheKafka.howToGet)
        }
        // Its own least session is 6 s, which a takeover would have to wait for.
        let (process, line) = try started(
            [command, "start", "--set", "group.min.session.timeout.ms=1000"] + options,
            folder: temporary)
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

    /// Starts what tells in a line that it serves; anew where it does not: a port that was free may
    /// be another process's by the time a node asks for it. A folder would hold what is left from
    /// before, and gets one attempt.
    private static func started(
        _ command: [String], folder: String?, attempts: Int = 3
    ) throws -> (RunningProcess, String) {
        let process = try RunningProcess(command: command, folder: folder)
        do {
            return (process, try process.readLine(within: 150))
        } catch {
            process.stop()
            guard attempts > 1, folder == nil else { throw error }
            print("Apache Kafka did not start: \(error). Trying again")
            return try started(command, folder: nil, attempts: attempts - 1)
        }
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
