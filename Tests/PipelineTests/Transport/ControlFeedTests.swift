import Control
import Foundation
import KafkaTransport
import Pipeline
import Processes
import Signing
import Testing
import VigilCore

@Suite("Reading what operators have stopped, as calls fail")
struct ControlFeedTests {
    private static let place = TopicPartition(topic: "control", partition: 0)
    private static let calls: [ClientCall] = [.ends, .open, .read]

    /// A feed of a topic on which all may run.
    private struct Stage {
        let bench: TransportBench
        let control: ControlSwitch
        let feed: StateFeed<ControlSwitch>
        let key: SigningKey

        init(partitions: Int32 = 1, stopFile: String? = nil, hasTopic: Bool = true) throws {
            key = try SigningKey.make()
            let cluster = TransportBench.cluster()
            cluster.set(place.topic, partitions: partitions)
            bench = try TransportBench(cluster)
            control = ControlSwitch(
                topic: hasTopic ? place.topic : nil, stopFile: stopFile, keys: [key.verifying])
            feed = StateFeed(bench.context, control, wakeUp: try WakeUp())
            try append(.run, .all, 1)
        }

        func record(
            _ action: ControlOrder.Action, _ scope: ControlScope, _ sequence: Int64, at offset: Int
        ) throws -> InboundRecord {
            let order = ControlOrder(
                action, scope, sequence: sequence, issued: Timestamp(microseconds: sequence),
                reason: "a test")
            return InboundRecord(
                position: RecordPosition(
                    topic: place.topic, partition: 0, offset: Int64(offset)),
                key: Array(scope.key.utf8), value: try order.signed(by: key), headers: [],
                timestamp: nil)
        }

        func append(
            _ action: ControlOrder.Action, _ scope: ControlScope, _ sequence: Int64
        ) throws {
            let offset = bench.cluster.log(place).count
            bench.cluster.append(try record(action, scope, sequence, at: offset))
        }

        /// Reads on, with what brokers answer meanwhile.
        func look() {
            feed.look()
            bench.threads.run()
            feed.look()
        }

        var stop: ControlStanding.Stop? {
            control.standing(models: [], site: nil, at: bench.clock.monotonic()).stop
        }
    }

    @Test("nothing runs before the topic was read to its end, and what comes later is obeyed")
    func follows() throws {
        let stage = try Stage()
        #expect(stage.stop == .unread)
        stage.look()
        #expect(stage.stop == nil)
        try stage.append(.stop, .all, 2)
        stage.look()
        #expect(stage.stop == .all)
        try stage.append(.run, .all, 3)
        stage.look()
        #expect(stage.stop == nil && stage.bench.cluster.count(of: .open) == 1)
    }

    @Test("a topic that does not answer for 30 seconds lets nothing run until it does")
    func silent() throws {
        let stage = try Stage()
        stage.look()
        stage.bench.cluster.set(Self.place.topic, partitions: nil)
        stage.bench.clock.pass(.seconds(29))
        stage.look()
        #expect(stage.stop == nil)
        stage.bench.clock.pass(.seconds(1))
        #expect(stage.stop == .unread)
        stage.look()
        #expect(stage.bench.log.count(of: "control_observed") == 1)
        stage.bench.cluster.set(Self.place.topic, partitions: 1)
        stage.look()
        #expect(stage.stop == nil)
    }

    @Test("what is ordered is obeyed while brokers take their time over where the topic ends")
    func waits() throws {
        let stage = try Stage()
        stage.look()
        stage.bench.clock.pass(.seconds(2))
        stage.bench.threads.stick()
        stage.feed.look()
        #expect(stage.bench.threads.areBusy)
        try stage.append(.stop, .all, 2)
        stage.feed.look()
        #expect(stage.stop == .all)
        try stage.append(.run, .all, 3)
        stage.feed.look()
        #expect(stage.stop == nil)
        stage.bench.clock.pass(.seconds(28))
        stage.feed.look()
        #expect(stage.stop == .unread)
        stage.bench.threads.stick(false)
        stage.look()
        stage.bench.clock.pass(.seconds(2))
        stage.look()
        #expect(stage.stop == nil && stage.bench.cluster.count(of: .open) == 1)
    }

    @Test("an answer counts from its question, also when more was read since")
    func older() throws {
        let stage = try Stage()
        stage.feed.look()
        stage.bench.threads.run()
        try stage.append(.stop, .finding("nodule"), 2)
        stage.bench.clock.pass(.seconds(29))
        stage.feed.look()
        #expect(stage.stop == nil && stage.bench.cluster.count(of: .open) == 1)
        stage.bench.clock.pass(.seconds(1))
        #expect(stage.stop == .unread)
    }

    @Test("what fails is tried again, and stops nothing that runs", arguments: calls)
    func fails(_ call: ClientCall) throws {
        for way in FailureWay.allCases {
            let stage = try Stage()
            stage.bench.cluster.fail(call, ClientFault(error: way.error(of: call)))
            stage.look()
            #expect(stage.stop == .unread)
            stage.look()
            #expect(stage.stop == .unread)
            stage.bench.clock.pass(.seconds(1))
            stage.look()
            #expect(stage.stop == nil)
            stage.bench.cluster.fail(.read, ClientFault(error: way.error(of: .read)))
            stage.look()
            #expect(stage.stop == nil)
            #expect(stage.bench.work.ended == nil)
        }
    }

    @Test("a topic of several partitions, of which nobody can tell the order, lets nothing run")
    func parted() throws {
        let stage = try Stage(partitions: 2)
        for _ in 0..<3 {
            stage.look()
            stage.bench.clock.pass(.seconds(2))
        }
        #expect(stage.stop == .unread)
    }

    @Test(
        "a topic that was made anew lets nothing run by what the old one said", arguments: [0, 1])
    func anew(_ count: Int) throws {
        let stage = try Stage()
        stage.look()
        let finding = ControlScope.finding("nodule")
        stage.bench.cluster.replace(
            Self.place, with: try (0..<count).map { try stage.record(.run, finding, 9, at: $0) })
        stage.bench.clock.pass(.seconds(20))
        stage.look()
        #expect(stage.stop == .unread)
        stage.look()
        #expect(stage.stop == .all)
        try stage.append(.run, .all, 10)
        stage.look()
        #expect(stage.stop == nil)
    }

    @Test("a file stops the worker while it is there, with a topic and without")
    func file() throws {
        let path = NSTemporaryDirectory() + "stop-\(UUID().uuidString)"
        for hasTopic in [true, false] {
            let stage = try Stage(stopFile: path, hasTopic: hasTopic)
            stage.look()
            #expect(stage.stop == nil)
            try Data().write(to: URL(fileURLWithPath: path))
            stage.look()
            #expect(stage.stop == .stopFile)
            try FileManager.default.removeItem(atPath: path)
            stage.look()
            #expect(stage.stop == nil)
        }
    }

    @Test("each record that is not believed is told")
    func refused() throws {
        let stage = try Stage()
        try stage.append(.run, .all, 1)
        stage.bench.cluster.append(
            InboundRecord(
                position: RecordPosition(topic: Self.place.topic, partition: 0, offset: 2),
                key: nil, value: nil, headers: [], timestamp: nil))
        stage.look()
        #expect(stage.stop == .all && stage.bench.log.count(of: "control_refused") == 1)
    }
}
