import BrokerTestKit
import Foundation
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    /// Workers that publish draft reports beside their findings.
    @Suite(
        "Draft reports", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct DraftTests {
        private static let templates = Checkout.root + "/Deploy/reports/"

        static func settings(_ scene: Scene, language: String) -> [String] {
            [
                "topics.report=\(scene.topics.input).report",
                "report.templates=\(templates)\(language).json",
            ]
        }

        /// A scene with a topic of drafts.
        static func scene() throws -> Scene {
            let scene = try Scene(anyBroker)
            let admin = try TopicAdmin(configuration: scene.broker.configuration(group: "scene"))
            let topic = TopicSpecification(
                name: scene.topics.input + ".report", partitions: 3, replication: 1, config: [:])
            let made = try admin.createTopics([topic], timeout: .seconds(30))
            try #require(made[topic.name] == .created)
            return scene
        }

        /// All drafts that are committed, with their records.
        static func drafts(
            _ scene: Scene
        ) throws -> [(record: InboundRecord, draft: ReportDraft<String>)] {
            var reader = try RecordReader(
                configuration: scene.broker.configuration(group: "drafts"))
            try reader.open([scene.topics.input + ".report"], timeout: .seconds(30))
            return try reader.readToEnd(timeout: .seconds(30)).map {
                ($0, try ReportDecoder.decode($0))
            }
        }

        static func replay(_ scene: Scene, _ settings: [String]) throws -> CommandRun {
            try CommandRun(
                ["replay", "--verify", "--from", "0", "--to", "1000", "--json"]
                    + scene.replayArguments(settings: settings))
        }

        @Test("each finding has its draft, which says what it says, and a replay agrees with both")
        func beside() throws {
            let scene = try Self.scene()
            let english = Self.settings(scene, language: "en")
            let worker = try scene.startWorker(settings: english)
            let messages = Load.make(20)
            let audit = try scene.run(messages, on: worker)
            let drafts = try Self.drafts(scene)
            let findings = try audit.findings.values.flatMap { $0 }.map {
                try FindingDecoder.decode($0)
            }
            #expect(!findings.isEmpty && drafts.count == findings.count)
            for finding in findings {
                let (record, draft) = try #require(
                    drafts.first { $0.draft.subject.record == finding.deterministicDigest })
                #expect(record.key == Array(finding.pseudonym.safeText.utf8))
                #expect(record.header("ce_causationid") == nil)
                #expect(draft.subject.findingID == finding.findingID)
                let told = draft.body?.findings.flatMap(\.sentences) ?? []
                let present = told.filter { $0.polarity == .present }.flatMap(\.codes)
                let flagged = finding.findings.filter { $0.answer == .flagged }.map(\.code)
                #expect(Set(present) == Set(flagged))
                // Nothing is promised without a calibration, and no probability has a word.
                #expect(told.allSatisfy { $0.polarity != .absent && $0.word == nil })
            }
            let same = try Self.replay(scene, english)
            #expect(same.code == 0, "\(same.error)")
            #expect(same.output.contains { $0.contains("\"same\"") })
            let german = try Self.replay(scene, Self.settings(scene, language: "de"))
            #expect(german.code == 65)
            #expect(german.output.contains { $0.contains("\"draft_differs\"") })
        }

        /// A worker that is started with this file of templates, until it ends.
        private func started(by text: String) throws -> CommandRun {
            let changed = try RunFolder.write(text, "en.json")
            let scene = try Scene(anyBroker)
            return try CommandRun(
                ["worker"]
                    + scene.arguments(
                        instance: "slot-1",
                        settings: [
                            "topics.report=\(scene.topics.input).report",
                            "report.templates=\(changed)",
                        ]))
        }

        @Test("a worker does not start by a file with a field that is not known, and says which")
        func refused() throws {
            let file = Self.templates + "en.json"
            let text = try String(contentsOfFile: file, encoding: .utf8)
                .replacingOccurrences(of: "No {name}.", with: "No {laterality} {name}.")
            let run = try started(by: text)
            #expect(run.code == 78)
            #expect(run.error.contains("sentences.absent has a field laterality"), "\(run.error)")
        }

        @Test("a worker does not start by a language without a name for what its model is asked")
        func unnamed() throws {
            let text = try String(contentsOfFile: Self.templates + "en.json", encoding: .utf8)
                .replacingOccurrences(of: "\"pneumothorax\": {", with: "\"gastric_band\": {")
            let run = try started(by: text)
            #expect(run.code == 78)
            #expect(run.error.contains("has no name for findings"), "\(run.error)")
        }
    }
}
