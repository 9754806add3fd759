import BrokerTestKit
import Foundation
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    @Suite("What became known of findings", .serialized)
    struct QualityCommandTests {
        /// A scene with a topic of feedback.
        private final class SpokenOf {
            let scene: Scene
            let feedback: String
            let producer: PlainProducer

            init(_ kind: BrokerKind) throws {
                scene = try Scene(kind)
                feedback = scene.group + ".feedback"
                let configuration = scene.broker.configuration(group: "quality")
                let topic = TopicSpecification(name: feedback, partitions: 2, replication: 1)
                let made = try TopicAdmin(configuration: configuration)
                    .createTopics([topic], timeout: .seconds(30))
                try #require(made[feedback] == .created)
                producer = try PlainProducer(configuration: configuration)
            }

            /// Sends a finding of one code and gives the digest that verdicts name it by.
            func find(_ study: Int, _ answer: Finding.Answer, site: String) throws -> Digest {
                let uid = try #require(DicomUID("1.2.\(study)"))
                let name = Pseudonym(of: uid, key: [1])
                let result = Finding.Result(
                    code: "pneumothorax", label: "Pneumothorax", probability: nil,
                    logitDifference: nil, threshold: nil, answer: answer,
                    calibrated: Finding.Calibrated(
                        digest: Digest(of: [4]), stratum: "site=\(site),view=PA",
                        probability: nil, guarantee: nil), evidence: nil)
                var decision = Finding.Decision()
                decision.decidedAt = Timestamp(milliseconds: 1_795_500_000_000)
                let finding = Finding(
                    findingID: FindingIdentity.notAssessed(name), study: uid, pseudonym: name,
                    cause: EventIdentity(id: "\(study)", source: "urn:x"),
                    priority: Finding.Priorities(
                        order: Finding.Order(event: .routine), ai: nil, effective: .routine),
                    urgency: nil, reasons: [], decision: decision,
                    assessed: Finding.Assessed(
                        model: Finding.Model(
                            name: "m", digest: Digest(of: [1]), family: "clip", precision: "fp32",
                            isValidated: true, trainedOn: nil, intendedUse: "tests"),
                        preprocessing: Digest(of: [2]), prompts: nil, output: Digest(of: [3]),
                        numericMode: "fast", findings: [result]),
                    instances: [
                        Finding.Instance(
                            series: nil, sop: nil, pixels: Digest(of: [5]), modality: "DX",
                            frames: 1, flags: [])
                    ], run: Finding.Run())
                let encoder = FindingEncoder(topic: scene.topics.finding)
                try producer.send(
                    encoder.encode(finding, time: Timestamp(milliseconds: 1_795_500_000_001)))
                return finding.deterministicDigest
            }

            func say(
                _ word: FindingVerdict.Word, of study: Int, _ record: Digest, times: Int = 1
            ) throws {
                let verdict = FindingVerdict(
                    study: Pseudonym(of: try #require(DicomUID("1.2.\(study)")), key: [1]),
                    finding: .vigil, revision: 1, record: record, word: word,
                    code: word == .seen ? nil : "pneumothorax",
                    at: Timestamp(milliseconds: 1_795_500_100_000))
                for _ in 0..<times {
                    try producer.send(
                        FindingFeedback(verdict, click: "a").outbound(topic: feedback))
                }
            }

            func sendBytes(_ value: String, key: String) throws {
                try producer.send(
                    OutboundRecord(
                        topic: feedback, key: Array(key.utf8), value: Array(value.utf8),
                        headers: []))
            }

            /// 30 flagged and 10 not flagged studies of two sites, of some of which persons speak.
            func fill() throws {
                for study in 0..<40 {
                    let isFlagged = study < 30
                    let record = try find(
                        study, isFlagged ? .flagged : .notFlagged,
                        site: study % 2 == 0 ? "north" : "south")
                    switch study {
                    case 0..<18: try say(.agree, of: study, record, times: 2)
                    case 18..<24: try say(.notThere, of: study, record)
                    case 24: try say(.seen, of: study, record)
                    case 30..<36: try say(.missed, of: study, record)
                    case 36: try say(.agree, of: study, Digest(of: [9]))
                    default: break
                    }
                }
                try sendBytes("{", key: "0")
                try sendBytes(#"{"study":"00000000000000000000000000000000"}"#, key: "0")
                try producer.flush(within: .seconds(30))
            }

            func arguments(_ options: [String]) -> [String] {
                [
                    "quality", "--bootstrap", scene.broker.bootstrap, "--set",
                    "topics.finding=\(scene.topics.finding)", "--feedback", feedback,
                ] + options
            }

            func quality(_ options: String...) throws -> CommandRun {
                try CommandRun(arguments(options))
            }
        }

        private func counts(_ value: JSONValue?, _ names: String...) -> [Int?] {
            names.map { value?[$0]?.intValue }
        }

        @Test("findings and feedback are joined, counted by site, and told with what is unknown")
        func joined() throws {
            let ward = try SpokenOf(anyBroker)
            try ward.fill()
            let run = try ward.quality("--json", "--small-below", "1")
            #expect(run.code == 0, "\(run.error)")
            let told = try JSONParser.parse(Array((run.output.first ?? "").utf8))
            let finding = told["groups"]?.arrayValue?.first?["findings"]?.arrayValue?.first
            #expect(
                counts(finding?["answers"], "studies", "flagged", "not_flagged", "abstained")
                    == [40, 30, 10, 0])
            #expect(
                counts(
                    finding?["truths"], "studies", "flagged_present", "flagged_absent",
                    "not_flagged_present", "not_flagged_absent") == [30, 18, 6, 6, 0])
            #expect(finding?["ppv"]?["value"]?.doubleValue == 0.75)
            let bounds = finding?["sensitivity"]?["bounds"]?.arrayValue?.compactMap(\.doubleValue)
            #expect(bounds == [18.0 / 28, 24.0 / 30], "\(run.output)")
            // Of six studies without the finding that are known too little follows.
            #expect(finding?["specificity"]?.isNull == true)
            #expect(
                counts(told["studies"], "answered", "seen", "spoken_of_another_record")
                    == [40, 1, 1])
            #expect(counts(told["records"]?["feedback"], "read") == [52])
            #expect(
                counts(told["records"]?["feedback"]?["refused"], "not_json", "bad_record")
                    == [1, 1])

            let text = try ward.quality("--by", "site", "--thin-below", "5")
            #expect(text.output.allSatisfy { $0.count <= 100 }, "\(text.output)")
            #expect(text.output.contains("site: north") && text.output.contains("site: south"))
            #expect(
                text.output.contains { $0.contains("pneumothorax") && $0.contains("(0.") } == false,
                "three refuted flags of a site are fewer than five")
            #expect(text.output.contains { $0.contains("no random sample") })
            #expect(text.output.contains { $0.contains("1 bad_record, 1 not_json") })
        }

        @Test("what is followed is shown again when a person has spoken")
        func followed() throws {
            let ward = try SpokenOf(anyBroker)
            try ward.fill()
            let options = ["--json", "--small-below", "1", "--follow", "--every", "0.2"]
            let child = try ChildProcess(
                Programs.vigil, ward.arguments(options), variables: RunFolder.variables)
            defer { child.send(SIGKILL) }
            _ = try child.line(on: .output, within: .seconds(60)) { $0.contains(#""seen":1,"#) }
            try ward.say(.seen, of: 0, try ward.find(0, .flagged, site: "north"))
            try ward.producer.flush(within: .seconds(30))
            _ = try child.line(on: .output, within: .seconds(60)) { $0.contains(#""seen":2,"#) }
        }

        @Test("a trait that no record tells, and a topic that is not there, are refused")
        func refused() throws {
            let ward = try SpokenOf(anyBroker)
            #expect(try ward.quality("--by", "scanner").code == 64)
            let missing = try CommandRun([
                "quality", "--bootstrap", ward.scene.broker.bootstrap, "--set",
                "topics.finding=\(ward.scene.topics.finding)", "--feedback",
                ward.scene.group + ".no",
            ])
            #expect(missing.code != 0 && missing.error.contains(".no"), "\(missing.error)")
        }
    }
}
