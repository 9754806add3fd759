import BrokerTestKit
import Foundation
import KafkaTransport
import Processes
import Testing
import VigilCore

extension EndToEnd {
    @Suite(
        "Group", .serialized,
        .enabled(
            if: EndToEnd.apacheKafka.isAvailable, "\(EndToEnd.apacheKafka.howToGet)"))
    struct GroupTests {
        @Test(
            "partitions that move between two workers under load lose and repeat nothing",
            arguments: ["range", "cooperative-sticky"])
        func rebalances(_ strategy: String) throws {
            let scene = try Scene(apacheKafka, partitions: 6)
            let messages = Load.make(1000)
            // A static member that ends keeps its partitions until its session is over.
            let settings = [
                "kafka.consumer.partition.assignment.strategy=\(strategy)",
                "kafka.consumer.session.timeout.ms=2000",
                "kafka.consumer.heartbeat.interval.ms=500",
            ]
            let first = try scene.startWorker(instance: "slot-1", settings: settings)
            let audit = try scene.audit()
            try scene.send(Array(messages[..<600]))
            try audit.await(100, within: .seconds(120), worker: first)
            let second = try scene.startWorker(instance: "slot-2", settings: settings)
            // On a fast machine the first worker may have read all by now.
            try scene.send(Array(messages[600...]))
            try audit.await(700, within: .seconds(120), worker: second)
            try first.stop()
            try audit.await(1000, within: .seconds(120), worker: second)
            try second.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            for worker in [first, second] {
                #expect(worker.log.contains { $0.contains("\"event\":\"finding_published\"") })
                let isWarned = worker.log.contains { $0.contains("with cooperative-sticky (issue") }
                let isOld = LibraryCapabilities.loaded.number < 0x020a_0000
                #expect(isWarned == (isOld && strategy != "range"))
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
            try audit.await(100, within: .seconds(120), worker: first)
            first.kill()
            #expect(try first.exit(within: .seconds(30)) == .signal(9))
            try audit.await(600, within: .seconds(90), worker: second)
            try second.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
        }

        @Test("a worker whose name in the group went to another joins anew and repeats nothing")
        func nameTaken() throws {
            let scene = try Scene(apacheKafka)
            let messages = Load.make(400)
            let worker = try scene.startWorker(instance: "slot-1")
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(50, within: .seconds(120), worker: worker)
            // What the broker does when it comes back without the last joining of a member, a
            // consumer does that has no producer.
            var other = try KafkaConsumer(
                configuration: scene.broker.configuration(group: scene.group, instance: "slot-1"),
                topics: [scene.topics.input], wakeUp: WakeUp())
            // Under much load one of librdkafka's calls was seen to take all of its 30 s before.
            _ = try worker.event("member_replaced", within: .seconds(75))
            other.close(within: .seconds(30))
            try audit.await(400, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
        }

        @Test("of two workers of one name one ends with 75, and the other does all the work")
        func twoOfOneName() throws {
            let scene = try Scene(apacheKafka)
            let messages = Load.make(400)
            let first = try scene.startWorker(instance: "slot-1")
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(50, within: .seconds(120), worker: first)
            let second = try WorkerProcess(
                arguments: scene.arguments(instance: "slot-1", settings: []))
            let end = ContinuousClock.now + .seconds(60)
            while first.isRunning, second.isRunning, ContinuousClock.now < end {
                Thread.sleep(forTimeInterval: 0.1)
            }
            let (ended, running) = first.isRunning ? (second, first) : (first, second)
            #expect(try ended.exit(within: .seconds(30)) == .exit(75))
            try audit.await(400, within: .seconds(120), worker: running)
            try running.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
        }

        @Test(
            "a worker whose topic is made a moment after its start asks for it again",
            arguments: [false, true])
        func topicMadeLate(othersAreThere: Bool) throws {
            let scene = try Scene(apacheKafka)
            let late = scene.topics.input + ".late"
            let admin = try TopicAdmin(configuration: scene.broker.configuration(group: "late"))
            func make(_ names: [String]) throws {
                let made = try admin.createTopics(
                    names.map { TopicSpecification(name: $0, partitions: 1, replication: 1) },
                    timeout: .seconds(30))
                try #require(names.allSatisfy { made[$0] == .created })
            }
            let others = [".deferred", ".placed"].map { late + $0 }
            if othersAreThere { try make(others) }
            let worker = try WorkerProcess(
                arguments: scene.arguments(
                    instance: "slot-1",
                    settings: [
                        "topics.input=\(late)", "topics.retry-count=0",
                        "topics.expired=\(scene.topics.input).expired",
                    ]))
            _ = try worker.event("topic_awaited")
            try make(othersAreThere ? [late] : [late] + others)
            try worker.ready(within: .seconds(30))
            try worker.stop()
        }
    }
}
