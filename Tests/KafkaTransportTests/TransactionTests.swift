import BrokerTestKit
import KafkaTransport
import Processes
import Testing
import VigilCore

@Suite("Transactions", .serialized, .timeLimit(.minutes(2)))
struct TransactionTests {
    private static let bound = Duration.seconds(30)

    private func producer(_ bench: Workbench) throws -> TransactionalProducer {
        let producer = try TransactionalProducer(
            configuration: bench.configuration(instance: "slot"), wakeUp: WakeUp())
        try producer.initTransactions(within: Self.bound)
        return producer
    }

    @Test(
        "what is committed is seen, what is aborted is not", arguments: BrokerKind.available)
    func visibility(_ kind: BrokerKind) throws {
        let bench = try Workbench(kind)
        let producer = try producer(bench)
        try producer.begin()
        try producer.produce(bench.record("aborted"))
        try producer.abort(within: Self.bound)
        try producer.begin()
        try producer.produce(bench.record("committed"))
        try producer.commit(within: Self.bound)
        #expect(try bench.values(of: bench.topic) == ["committed"])
    }

    @Test(
        "offsets and their metadata are committed with the records, or not at all",
        arguments: BrokerKind.available)
    func offsets(_ kind: BrokerKind) throws {
        let bench = try Workbench(kind)
        try bench.send(0..<5)
        let partition = TopicPartition(topic: bench.topic, partition: 0)
        var member = try Member(bench, instance: "slot")
        _ = try member.records(atLeast: 5)
        let producer = try producer(bench)
        for (next, commits) in [(Int64(2), true), (4, false)] {
            try producer.begin()
            try producer.sendOffsets(
                [OffsetToCommit(partition: partition, nextOffset: next, metadata: "m\(next)")],
                for: try member.consumer.groupMetadata(), within: Self.bound)
            if commits {
                try producer.commit(within: Self.bound)
            } else {
                try producer.abort(within: Self.bound)
            }
        }
        let committed = try member.consumer.committed([partition], timeout: Self.bound)
        #expect(committed.map(\.nextOffset) == [2])
        #expect(committed.map(\.metadata) == ["m2"])
        member.close()
        var successor = try Member(bench, instance: "slot")
        #expect(try successor.records(atLeast: 3).map(\.text) == ["2", "3", "4"])
        successor.close()
    }

    @Test(
        "a second producer under one transactional id fences the first for good",
        arguments: BrokerKind.available)
    func fencing(_ kind: BrokerKind) throws {
        let bench = try Workbench(kind)
        let first = try producer(bench)
        try first.begin()
        try first.produce(bench.record("zombie"))
        let second = try producer(bench)
        let error = #expect(throws: KafkaError.self) { try first.commit(within: Self.bound) }
        guard case .fatal? = error else {
            Issue.record("the first was not fenced: \(String(describing: error))")
            return
        }
        try second.begin()
        try second.produce(bench.record("owner"))
        try second.commit(within: Self.bound)
        #expect(try bench.values(of: bench.topic) == ["owner"])
    }

    @Test("a property that is unknown, or that exactly-once rests on, is refused by its name")
    func refusedProperties() {
        for name in ["no.such.property", "enable.auto.commit", "transactional.id"] {
            let configuration = KafkaConfiguration(
                bootstrap: "127.0.0.1:1", group: "g", instance: "slot", host: "test",
                consumer: [name: "1"])
            let error = #expect(throws: KafkaError.self) { try configuration.validate() }
            #expect(error?.description.contains(name) ?? false)
            #expect(error?.disposition == .shutDown(.config))
        }
    }
}
