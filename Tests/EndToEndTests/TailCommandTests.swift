import BrokerTestKit
import KafkaTransport
import Testing
import VigilCore

extension EndToEndAnswers {
    @Suite("Findings as they come", .serialized)
    struct TailCommandTests {
        private func tail(_ scene: Scene, _ options: String...) throws -> CommandRun {
            try CommandRun(
                [
                    "tail", "--bootstrap", scene.broker.bootstrap, "--set",
                    "topics.finding=\(scene.topics.finding)", "--from", "beginning",
                ] + options)
        }

        private let files = [Images.path("SC_rgb.dcm")]

        @Test("each finding is shown once by pseudonym, and what cannot be read is told of")
        func shown() throws {
            let scene = try Scene(anyBroker)
            let messages = [
                StudyMessage("tail-1", files: files, priority: "stat"),
                StudyMessage("tail-2", files: files),
            ]
            try scene.run(messages, on: try scene.startWorker())
            let producer = try PlainProducer(configuration: scene.broker.configuration(group: "x"))
            try producer.send(
                OutboundRecord(
                    topic: scene.topics.finding, key: Array("0".utf8), value: Array("{".utf8),
                    headers: []))
            try producer.flush(within: .seconds(30))

            let all = try tail(scene, "--until-end")
            #expect(all.code == 0, "\(all.error)")
            let heads = all.output.filter { !$0.hasPrefix("    ") }
            #expect(heads.count == 2 && heads.contains { $0.contains("  stat") })
            #expect(all.output.allSatisfy { $0.count <= 100 })
            #expect(all.output.count { $0.hasPrefix("    ") } >= 2, "\(all.output)")
            #expect(!all.output.contains { $0.contains(StudyMessage.study(of: "tail-1")) })
            #expect(all.error.contains("\(scene.topics.finding)/"), "\(all.error)")

            #expect(try tail(scene, "--count", "1").output.count { !$0.hasPrefix("    ") } == 1)
            let urgent = try tail(scene, "--until-end", "--least", "urgent", "--json")
            #expect(urgent.output.count == 1)
            let record = try JSONParser.parse(Array((urgent.output.first ?? "").utf8))
            #expect(record["study"]?["uid"]?.stringValue == StudyMessage.study(of: "tail-1"))
            #expect(try tail(scene, "--until-end", "--flagged", "pneumothorax").output == [])
        }

        @Test("a topic that is not there, and a word that is none, are refused")
        func refused() throws {
            let scene = try Scene(anyBroker)
            #expect(try tail(scene, "--least", "soon").code == 64)
            let missing = try CommandRun([
                "tail", "--bootstrap", scene.broker.bootstrap, "--set",
                "topics.finding=\(scene.group).none",
            ])
            #expect(missing.code != 0 && missing.error.contains(".none"), "\(missing.error)")
        }
    }
}
