import BrokerTestKit
import KafkaTransport
import Testing
import VigilCore

/// A topic of its own on a shared broker, and the short ways to use it.
struct Workbench {
    let broker: TestBroker
    let topic: String
    let group: String

    /// Makes the topic under a name that no other test has.
    init(_ kind: BrokerKind, partitions: Int32 = 1) throws {
        broker = try TestBroker.shared(kind)
        let unique = String(UInt64.random(in: 0 ... .max), radix: 36)
        topic = "test-\(unique)"
        group = "group-\(unique)"
        try makeTopic(topic, partitions: partitions)
    }

    func makeTopic(_ name: String, partitions: Int32 = 1) throws {
        let admin = try TopicAdmin(configuration: configuration())
        let outcome = try admin.createTopics(
            [TopicSpecification(name: name, partitions: partitions, replication: 1)],
            timeout: .seconds(30))
        #expect(outcome[name] == .created)
    }

    func configuration(
        instance: String? = nil, consumer: [String: String] = [:], producer: [String: String] = [:]
    ) -> KafkaConfiguration {
        broker.configuration(
            group: group, instance: instance, consumer: consumer, producer: producer)
    }

    func record(_ text: String, key: String? = nil, topic: String? = nil) -> OutboundRecord {
        OutboundRecord(
            topic: topic ?? self.topic, key: key.map { Array($0.utf8) }, value: Array(text.utf8),
            headers: [])
    }

    /// Sends numbered records to a partition, outside of any transaction.
    func send(_ range: Range<Int>, partition: Int32 = 0) throws {
        let producer = try PlainProducer(configuration: configuration())
        for number in range {
            try producer.send(record("\(number)"), partition: partition)
        }
        try producer.flush(within: .seconds(30))
    }

    /// The committed values of a topic, in the order of each partition.
    func values(of topic: String) throws -> [String] {
        var reader = try RecordReader(configuration: configuration())
        try reader.open([topic], timeout: .seconds(30))
        return try reader.readToEnd(timeout: .seconds(30)).map(\.text)
    }
}

extension InboundRecord {
    var text: String { String(decoding: value ?? [], as: UTF8.self) }
}
