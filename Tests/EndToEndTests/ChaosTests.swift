import BrokerTestKit
import Foundation
import Testing
import VigilCore

extension EndToEnd {
    /// The short form of `Deploy/bench/chaos`.
    @Suite(
        "Chaos", .serialized,
        .enabled(
            if: BrokerKind.canStartApacheKafka, "\(EndToEnd.apacheKafka.howToGet)"))
    struct ChaosTests {
        private static let points = [
            "before-begin", "after-begin", "after-first-record", "after-records", "after-offsets",
            "during-commit", "after-commit", "after-announcement",
        ]

        @Test("a worker that dies at any point of a transaction loses and repeats nothing")
        func points() throws {
            let scene = try Scene(apacheKafka)
            let messages = Load.make(400)
            try scene.send(messages)
            for (index, point) in Self.points.enumerated() {
                let worker = try WorkerProcess(
                    arguments: scene.arguments(
                        instance: "slot-1",
                        settings: [
                            "test.crash-at=\(point)", "test.crash-after=\(1 + index % 3)",
                            "transaction.records-max=5",
                        ]))
                let end = try worker.exit(within: .seconds(40))
                #expect(end == .signal(point == "during-commit" ? 14 : 9), "\(point)")
            }
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try audit.await(400, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
        }

        @Test("a broker that is killed under load is waited for, and nothing is lost or repeated")
        func broker() throws {
            let broker = try TestBroker.start(.apacheKafka)
            defer { broker.stop() }
            let scene = try Scene(broker)
            let messages = Load.make(600)
            // Not for longer than a transaction may be open: Kafka 4.4, whose only broker was
            // killed, ends those of before without their markers, which shows what was aborted.
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(50, within: .seconds(120), worker: worker)
            try broker.crash()
            Thread.sleep(forTimeInterval: 3)
            try broker.revive()
            try audit.await(600, within: .seconds(120), worker: worker)
            try worker.stop(within: .seconds(40))
            try audit.settle()
            #expect(audit.problems(messages) == [])
        }

        @Test("a worker that starts before its broker waits for it and then works")
        func lateBroker() throws {
            let broker = try TestBroker.start(.apacheKafka)
            defer { broker.stop() }
            let scene = try Scene(broker)
            try broker.crash()
            let worker = try WorkerProcess(
                arguments: scene.arguments(instance: "slot-1", settings: []))
            _ = try worker.event("broker_awaited")
            try broker.revive()
            try worker.ready()
            try scene.run(Load.make(20), on: worker)
        }

        @Test("a worker that was stopped past its session publishes nothing of what others took")
        func zombie() throws {
            let scene = try Scene(apacheKafka, partitions: 4)
            let messages = Load.make(600)
            let settings = [
                "kafka.consumer.session.timeout.ms=2000",
                "kafka.consumer.heartbeat.interval.ms=500",
                "kafka.producer.transaction.timeout.ms=4000",
            ]
            let zombie = try scene.startWorker(instance: "slot-1", settings: settings)
            let other = try scene.startWorker(instance: "slot-2", settings: settings)
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(100, within: .seconds(120), worker: zombie)
            zombie.pause()
            try audit.await(600, within: .seconds(90), worker: other)
            zombie.resume()
            // Whatever it does now, it does before it has ended.
            zombie.terminate()
            _ = try zombie.exit(within: .seconds(120))
            try other.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
        }
    }
}
