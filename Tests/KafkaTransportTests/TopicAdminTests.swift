import BrokerTestKit
import KafkaTransport
import Testing

@Suite(.serialized, .timeLimit(.minutes(2)))
struct TopicAdminTests {
    @Test(
        "topics that were just made are told of, with their configuration, to whoever asks next",
        arguments: BrokerKind.available)
    func told(_ kind: BrokerKind) throws {
        let bench = try Workbench(kind)
        for round in 0..<10 {
            let names = (0..<5).map { "\(bench.topic)-\(round)-\($0)" }
            let maker = try TopicAdmin(configuration: bench.configuration())
            let made = try maker.createTopics(
                names.map {
                    TopicSpecification(
                        name: $0, partitions: 4, replication: 1, config: ["retention.ms": "777"])
                }, timeout: .seconds(30))
            #expect(names.allSatisfy { made[$0] == .created })
            let other = try TopicAdmin(configuration: bench.configuration())
            let known = try other.describe(timeout: .seconds(30))
            #expect(names.allSatisfy { known[$0] == 4 }, "round \(round)")
            let told = try other.configurations(of: names, timeout: .seconds(30))
            if kind == .apacheKafka {
                #expect(names.allSatisfy { told[$0]?["retention.ms"] == "777" }, "round \(round)")
            }
        }
    }
}
