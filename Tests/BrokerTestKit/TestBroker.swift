import Foundation
package import KafkaTransport
import Synchronization
import VigilCore

/// A broker process for tests, stopped when this process ends, however it ends.
package final class TestBroker: Sendable {
    /// `host:port`.
    package let bootstrap: String
    package let kind: BrokerKind
    private let process: Mutex<RunningProcess?>

    /// Why there is no broker.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private init(kind: BrokerKind, bootstrap: String, process: RunningProcess?) {
        self.kind = kind
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

    private static func startApacheKafka() throws -> TestBroker {
        guard let command = BrokerKind.kafkaCommand else {
            throw Failure(description: BrokerKind.apacheKafka.howToGet)
        }
        // Its own least session is 6 s, which a takeover would have to wait for.
        let process = try RunningProcess(
            command: [command, "start", "--set", "group.min.session.timeout.ms=1000"], folder: nil)
        let line = try process.readLine(within: 90)
        guard let found = line.firstRange(of: /"bootstrap": "(?<address>[^"]+)"/) else {
            throw Failure(description: "Apache Kafka did not start: \(line)")
        }
        let address = line[found].split(separator: "\"")[2]
        return TestBroker(kind: .apacheKafka, bootstrap: String(address), process: process)
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
            bootstrap: bootstrap, group: group, instance: instance, host: "test",
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
