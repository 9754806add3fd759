import BrokerTestKit
import KafkaTransport
import Testing

extension EndToEnd {
    @Suite(
        "Urgent lane", .serialized,
        .enabled(
            if: EndToEnd.apacheKafka.isAvailable, "\(EndToEnd.apacheKafka.howToGet)"))
    struct UrgentLaneTests {
        @Test(
            "an urgent event in its own topic passes a flood, and a kill repeats nothing of either")
        func flood() throws {
            let scene = try Scene(apacheKafka)
            let lane = scene.topics.input + ".urgent"
            let admin = try TopicAdmin(configuration: scene.broker.configuration(group: "lane"))
            let names = [lane, scene.topics.input + ".placed.urgent"]
            let made = try admin.createTopics(
                names.map { TopicSpecification(name: $0, partitions: 3, replication: 1) },
                timeout: .seconds(30))
            try #require(names.allSatisfy { made[$0] == .created })
            // Far more than the worker looks ahead over.
            let flood = (0..<700).map { number in
                StudyMessage(
                    "routine-\(number)",
                    files: [Images.path(Images.quick[number % Images.quick.count])])
            }
            let urgent = (0..<20).map { number in
                StudyMessage(
                    "urgent-\(number)", files: [Images.path("SC_rgb.dcm")], priority: "urgent")
            }
            let settings = [
                "topics.urgent=\(lane)", "queue.in-flight-max=64", "queue.resume-below=32",
            ]
            let first = try scene.startWorker(settings: settings)
            let audit = try scene.audit()
            try scene.send(flood)
            try audit.await(20, within: .seconds(120), worker: first)
            try scene.send(Array(urgent[..<10]), to: lane)
            try audit.await(within: .seconds(120)) { audit in
                urgent[..<10].allSatisfy { audit.findings[$0.id] != nil }
            }
            // By its place in one topic each would have been behind all of the flood.
            #expect(audit.count < 350, "urgent events waited for the flood")

            try scene.send(Array(urgent[10...]), to: lane)
            try audit.await(audit.count + 5, within: .seconds(120), worker: first)
            first.kill()
            #expect(try first.exit(within: .seconds(30)) == .signal(9))
            #expect(audit.count < 700, "the load was over before the kill")
            let second = try scene.startWorker(settings: settings)
            try audit.await(720, within: .seconds(120), worker: second)
            try second.stop()
            try audit.settle()
            #expect(audit.problems(flood + urgent) == [])
        }
    }
}
