import BrokerTestKit
import Glibc
import KafkaTransport
import Processes
import Testing
import VigilCore

@Suite(.serialized, .timeLimit(.minutes(2)))
struct ProduceAndConsumeTests {
    @Test(
        "Apache Kafka is there",
        .enabled(
            if: BrokerKind.apacheKafka.isAvailable, "\(BrokerKind.apacheKafka.howToGet)"))
    func apacheKafkaIsThere() throws {
        _ = try TestBroker.shared(.apacheKafka)
    }

    @Test(
        "the demo broker is there",
        .enabled(
            if: BrokerKind.demo.isAvailable, "\(BrokerKind.demo.howToGet)"))
    func demoBrokerIsThere() throws {
        _ = try TestBroker.shared(.demo)
    }

    @Test(
        "keys, values, headers and timestamps arrive as they were sent",
        arguments: BrokerKind.available)
    func recordsArriveUnchanged(_ kind: BrokerKind) throws {
        let bench = try Workbench(kind)
        let headers = [
            RecordHeader("ce_id", "1"), RecordHeader("twice", "a"), RecordHeader("twice", "b"),
            RecordHeader("empty", []), RecordHeader("null", nil),
        ]
        let sent = [
            OutboundRecord(
                topic: bench.topic, key: [1, 0, 255], value: [0, 1, 2], headers: headers),
            OutboundRecord(topic: bench.topic, key: nil, value: [9], headers: []),
            OutboundRecord(topic: bench.topic, key: [7], value: nil, headers: []),
            OutboundRecord(topic: bench.topic, key: [], value: [], headers: []),
        ]
        // Of today, since a broker may drop what is older than its retention.
        let time = Timestamp(milliseconds: SystemClock().wall().milliseconds - 1234)
        let producer = try PlainProducer(configuration: bench.configuration())
        for record in sent { try producer.send(record, timestamp: time) }
        try producer.flush(within: .seconds(30))

        var member = try Member(bench)
        let received = try member.records(atLeast: sent.count)
        #expect(received.map(\.key) == sent.map(\.key))
        #expect(received.map(\.value) == sent.map(\.value))
        #expect(received.map(\.headers) == sent.map(\.headers))
        #expect(received.map(\.timestamp) == sent.map { _ in time })
        #expect(received.map(\.position.offset) == [0, 1, 2, 3])
        member.close()
    }

    @Test(
        "a record of the preferred topic is polled before thousands that were fetched earlier",
        arguments: BrokerKind.available)
    func preferredTopicFirst(_ kind: BrokerKind) throws {
        let bench = try Workbench(kind)
        let preferred = bench.topic + "-urgent"
        try bench.makeTopic(preferred)
        var member = try Member(bench, topics: [bench.topic, preferred], preferring: [preferred])
        _ = try member.awaitRebalance("+")
        // Another member comes and goes: what is assigned again is preferred again.
        var other = try Member(bench, topics: [bench.topic])
        let end = ContinuousClock().now + .seconds(30)
        while other.rebalances.isEmpty, ContinuousClock().now < end {
            _ = try member.next(within: .milliseconds(50))
            _ = try other.next(within: .milliseconds(50))
        }
        other.close()
        // At first, when it came and when it went.
        var given: Int { member.rebalances.count { $0.first == "+" } }
        while given < 3, ContinuousClock().now < end {
            _ = try member.next(within: .milliseconds(50))
        }
        #expect(given == 3 && member.consumer.assignment.count == 2)

        try bench.send(0..<5000)
        // The client has fetched them all then, and not in one answer with the urgent one.
        usleep(2_000_000)
        let producer = try PlainProducer(configuration: bench.configuration())
        try producer.send(bench.record("urgent", topic: preferred))
        try producer.flush(within: .seconds(30))
        var before = 0
        while before < 3000 {
            let record = try member.poll(max: 1).first
            if record?.position.topic == preferred { break }
            if record != nil { before += 1 }
            usleep(1000)
        }
        #expect(before < 3000)
        member.close()
    }
}
