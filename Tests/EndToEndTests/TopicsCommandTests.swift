import BrokerTestKit
import KafkaTransport
import Testing
import VigilCore

extension EndToEnd {
    @Suite(
        "Topics that the command makes", .serialized,
        .enabled(if: EndToEnd.apacheKafka.isAvailable, "\(EndToEnd.apacheKafka.howToGet)"))
    struct TopicsCommandTests {
        private func create(
            _ broker: TestBroker, _ name: String, _ settings: [String], json: Bool = true
        ) throws -> CommandRun {
            let topics = [
                "topics.input=\(name)", "topics.finding=\(name).finding",
                "topics.energy=\(name).energy", "topics.worklist=\(name).orders",
            ]
            return try CommandRun(
                ["topics", "create", "--bootstrap", broker.bootstrap] + (json ? ["--json"] : [])
                    + (topics + settings).flatMap { ["--set", $0] })
        }

        private func differences(_ run: CommandRun) throws -> [String: String] {
            try run.output.reduce(into: [:]) { all, line in
                let json = try JSONParser.parse(Array(line.utf8))
                let lines = json["differences"]?.arrayValue?.compactMap(\.stringValue) ?? []
                all[json["topic"]?.stringValue ?? "?"] = lines.joined(separator: "; ")
            }
        }

        @Test("in what topics that are there differ is told, and they keep what they have")
        func differ() throws {
            let broker = try TestBroker.shared(apacheKafka)
            let name = "topics-" + String(UInt64.random(in: 0 ... .max), radix: 36)
            let made = try create(broker, name, ["topics.partitions=2"])
            #expect(made.code == 0, "\(made.error)")
            #expect(made.output.allSatisfy { $0.contains("\"created\"") })
            let same = try create(broker, name, ["topics.partitions=2"])
            #expect(try differences(same).values.allSatisfy(\.isEmpty), "\(same.output)")

            let other = try create(
                broker, name,
                [
                    "topics.partitions=5", "topics.retention-hours=1",
                    "topics.finding=\(name).orders", "topics.worklist=\(name).finding",
                ])
            #expect(other.code == 0, "\(other.error)")
            let told = try differences(other)
            #expect(
                told[name]?.contains("partitions is 2, and the settings ask for 5") == true)
            #expect(
                told[name]?.contains("retention.ms is 604800000, and the settings ask for 3600000")
                    == true)
            // The topics of findings and of orders have changed places.
            #expect(told["\(name).orders"]?.contains("cleanup.policy is compact,") == true)
            #expect(told["\(name).orders"]?.contains("max.message.bytes is") == true)
            #expect(other.output.allSatisfy { $0.contains("\"partitions\":2") })

            let table = try create(broker, name, ["topics.partitions=5"], json: false)
            #expect(table.output.contains { $0.contains("partitions is 2") })
            #expect(table.output.filter { $0.count > 100 } == [])
        }

        @Test("more copies than there are brokers are refused before a topic is made")
        func copies() throws {
            let broker = try TestBroker.shared(apacheKafka)
            let name = "topics-" + String(UInt64.random(in: 0 ... .max), radix: 36)
            let refused = try create(broker, name, ["topics.replication=3"])
            #expect(refused.code == 78 && refused.output == [], "\(refused.output)")
            #expect(refused.error.contains("asks for 3 copies, and there are 1 brokers"))
            let made = try create(broker, name, [])
            #expect(made.output.allSatisfy { $0.contains("\"created\"") })
            #expect(made.output.allSatisfy { $0.contains("\"replication\":1") })
        }

        @Test("on three brokers topics get three copies, and fewer are warned of")
        func cluster() throws {
            let broker = try TestBroker.startCluster()
            defer { broker.stop() }
            let made = try create(broker, "many", [])
            #expect(made.code == 0 && made.error == "", "\(made.error)")
            #expect(made.output.allSatisfy { $0.contains("\"replication\":3") })
            let admin = try TopicAdmin(configuration: broker.configuration(group: "test"))
            let told = try admin.configurations(of: ["many"], timeout: .seconds(30))
            #expect(told["many"]?["min.insync.replicas"] == "2")

            let few = try create(broker, "few", ["topics.replication=1"])
            #expect(few.code == 0)
            #expect(few.error.contains("3 brokers, and fewer than 3 copies of few (1)"))
            let again = try create(broker, "few", [])
            #expect(
                try differences(again)["few"]?.contains(
                    "replication is 1, and the settings ask for 3") == true)
            #expect(again.error.contains("fewer than 3 copies"))
        }

        @Test("a transaction timeout above the brokers' limit ends the worker, and is told")
        func transactionTimeout() throws {
            let scene = try Scene(apacheKafka, partitions: 1)
            let worker = try WorkerProcess(
                arguments: scene.arguments(
                    instance: "a",
                    settings: ["kafka.producer.transaction.timeout.ms=2000000"]))
            #expect(try worker.exit(within: .seconds(120)) == .exit(78))
            let failed = worker.log.last { $0.contains("\"event\":\"worker_failed\"") } ?? ""
            #expect(failed.contains("transaction.max.timeout.ms"), "\(failed)")
            #expect(failed.contains("kafka.producer.transaction.timeout.ms"), "\(failed)")
        }
    }
}
