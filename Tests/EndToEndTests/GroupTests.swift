import BrokerTestKit
import Testing
import VigilCore

extension EndToEnd {
    @Suite(
        "Group", .serialized,
        .enabled(
            if: EndToEnd.apacheKafka.isAvailable, "\(EndToEnd.apacheKafka.howToGet)"))
    struct GroupTests {
        @Test("partitions that move between two workers under load lose and repeat nothing")
        func rebalances() throws {
            let scene = try Scene(apacheKafka, partitions: 6)
            let messages = Load.make(1000)
            let first = try scene.startWorker(instance: "slot-1")
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(100, within: .seconds(60), worker: first)
            let second = try scene.startWorker(instance: "slot-2")
            try audit.await(audit.count + 100, within: .seconds(60), worker: second)
            try first.stop()
            try audit.await(1000, within: .seconds(60), worker: second)
            try second.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            for worker in [first, second] {
                #expect(worker.log.contains { $0.contains("\"event\":\"finding_published\"") })
            }
        }

        @Test("the partitions of a worker that died go to its neighbour, and nothing is repeated")
        func takeover() throws {
            let scene = try Scene(apacheKafka, partitions: 4)
            let messages = Load.make(600)
            let settings = [
                "kafka.consumer.session.timeout.ms=2000",
                "kafka.consumer.heartbeat.interval.ms=500",
                "kafka.producer.transaction.timeout.ms=2000",
            ]
            let first = try scene.startWorker(instance: "slot-1", settings: settings)
            let second = try scene.startWorker(instance: "slot-2", settings: settings)
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(100, within: .seconds(60), worker: first)
            first.kill()
            #expect(try first.exit(within: .seconds(10)) == .signal(9))
            try audit.await(600, within: .seconds(90), worker: second)
            try second.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
        }
    }
}
