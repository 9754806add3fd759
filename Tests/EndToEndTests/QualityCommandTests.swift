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
            func find(
                _ study: Int, _ answer: Finding.Answer, site: String, score: Float? = nil
            ) throws -> Digest {
                let uid = try #require(DicomUID("1.2.\(study)"))
                let finding = try made(uid, answer, site: site, score: score)
                let encoder = FindingEncoder(topic: scene.topics.finding)
                try producer.send(
                    encoder.encode(finding, time: Timestamp(milliseconds: 1_795_500_000_001)))
                return finding.deterministicDigest
            }

            private func made(
                _ uid: DicomUID, _ answer: Finding.Answer, site: String, score: Float?
            ) throws -> Finding {
                let name = Pseudonym(of: uid, key: [1])
                let result = Finding.Result(
                    code: "pneumothorax", label: "Pneumothorax", probability: nil,
                    logitDifference: score, threshold: nil, answer: answer,
                    calibrated: Finding.Calibrated(
                        digest: Digest(of: [4]), stratum: "site=\(site),view=PA",
                        probability: nil, guarantee: nil), evidence: nil)
                var decision = Finding.Decision()
                decision.decidedAt = Timestamp(milliseconds: 1_795_500_000_000)
                return Finding(
                    findingID: FindingIdentity.notAssessed(name), study: uid, pseudonym: name,
                    cause: EventIdentity(id: name.safeText, source: "urn:x"),
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
            }

            /// Sends a record that no worker writes: less urgent than what was ordered.
            func lower(study: Int, site: String) throws {
                let uid = try #require(DicomUID("1.2.\(study)"))
                let name = Pseudonym(of: uid, key: [1])
                var finding = try made(uid, .flagged, site: site, score: nil)
                finding.priority = Finding.Priorities(
                    order: Finding.Order(event: .urgent), ai: nil, effective: .urgent)
                let record = FindingEncoder(topic: scene.topics.finding)
                    .encode(finding, time: Timestamp(milliseconds: 1_795_500_000_009))
                let value = try #require(record.value)
                var json = try #require(try JSONParser.parse(value).objectValue)
                json["effective_priority"] = "routine"
                try sendBytes(
                    JSONWriter.text(.object(json)), key: name.safeText,
                    topic: scene.topics.finding)
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

            func sendBytes(_ value: String, key: String, topic: String? = nil) throws {
                try producer.send(
                    OutboundRecord(
                        topic: topic ?? feedback, key: Array(key.utf8), value: Array(value.utf8),
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

        @Test("groups of studies are held against each other, by what records or the site tells")
        func fairness() throws {
            let ward = try SpokenOf(anyBroker)
            try ward.fill()
            let options = ["--small-below", "1", "--thin-below", "2"]
            let run = try CommandRun(
                ward.arguments(["--fairness", "site", "--json"] + options))
            #expect(run.code == 0, "\(run.error)")
            let told = try JSONParser.parse(Array((run.output.first ?? "").utf8))
            let rates = told["findings"]?.arrayValue?.first?["rates"]?.arrayValue ?? []
            #expect(rates.compactMap { $0["rate"]?.stringValue } == Self.rates)
            // Of the 24 with the finding, north and south have 12 each, of which 9 are flagged.
            let groups = rates.first?["groups"]?.arrayValue ?? []
            #expect(groups.map { $0["group"]?.stringValue } == ["north", "south"])
            #expect(groups.map { $0["hits"]?.intValue } == [9, 9])
            #expect(groups.map { $0["of"]?.intValue } == [12, 12])
            #expect(rates.first?["widest"]?["gap"]?["value"]?.doubleValue == 0)
            #expect(told["priorities_below_order"]?.arrayValue?.isEmpty == true)

            let lines = try (0..<40).map { study in
                let uid = try #require(DicomUID("1.2.\(study)"))
                let name = Pseudonym(of: uid, key: [1])
                return #"{"study":"\#(name.safeText)","sex":"\#(study < 12 ? "F" : "M")"}"#
            }
            let file = try write("fields.jsonl", lines.joined(separator: "\n"))
            let bySex = try CommandRun(
                ward.arguments(["--fairness", "sex", "--fields", file] + options))
            #expect(bySex.code == 0 && bySex.output.allSatisfy { $0.count <= 100 })
            #expect(bySex.output.contains { $0.contains("tpr") && $0.contains(" F ") })
            #expect(bySex.output.contains { $0.contains("none in any group") })
            let unknown = try CommandRun(ward.arguments(["--fairness", "sex"]))
            #expect(unknown.code == 64 && unknown.error.contains("--fields"), "\(unknown.error)")
            let broken = try write("broken.jsonl", lines[0] + "\n{}")
            let refused = try CommandRun(
                ward.arguments(["--fairness", "sex", "--fields", broken]))
            #expect(refused.code == 65 && refused.error.contains("line 2"), "\(refused.error)")
        }

        private func write(_ name: String, _ text: String) throws -> String {
            let path = RunFolder.path + "/quality-" + name
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return path
        }

        private static let rates = ["tpr", "fpr", "ppv", "abstention_rate"]

        @Test("a priority that was written below what was ordered is a fault, and which group's")
        func lowered() throws {
            let ward = try SpokenOf(anyBroker)
            try ward.fill()
            try ward.lower(study: 1, site: "south")
            try ward.producer.flush(within: .seconds(30))
            let run = try CommandRun(ward.arguments(["--fairness", "site"]))
            #expect(run.code == 65)
            #expect(run.output.contains { $0.contains("FAULT") && $0.contains("south 1") })
        }

        @Test("a change is found, told, kept, and published once, whoever finds it again")
        func drift() throws {
            let ward = try SpokenOf(anyBroker)
            var random = SplitMix64(seed: 3)
            for study in 0..<900 {
                let spread = Float((0..<6).reduce(-3) { sum, _ in sum + random.unit() })
                _ = try ward.find(
                    study, .notFlagged, site: "north", score: spread - (study < 600 ? 4 : 2))
            }
            try ward.producer.flush(within: .seconds(60))
            let alarms = ward.scene.group + ".alarms"
            let options = [
                "--drift", "--publish-alarms", "--alarms", alarms, "--state",
                RunFolder.path + "/drift-state.json",
            ]
            for (round, count) in [(0, 1), (1, 0), (2, 0)] {
                // The third begins anew.
                let own = round == 2 ? options.dropLast(2) : options[...]
                let run = try CommandRun(ward.arguments(own + ["--json"]))
                #expect(run.code == 0, "\(run.error)")
                let told = try JSONParser.parse(Array((run.output.first ?? "").utf8))
                let raised = (told["streams"]?.arrayValue ?? []).filter {
                    $0["alarm"]?.isNull == false
                }
                #expect(raised.map { $0["quantity"]?.stringValue } == ["score"])
                #expect(raised.first?["studies"]?.intValue == 900)
                #expect(told["published"]?.intValue == count, "\(round)")
            }
            let text = try CommandRun(ward.arguments(["--drift"]))
            #expect(text.code == 0 && text.output.allSatisfy { $0.count <= 100 }, "\(text.output)")
            #expect(text.output.contains { $0.contains("1 with an alarm") })
            var reader = try RecordReader(
                configuration: ward.scene.broker.configuration(group: "alarms"))
            try reader.open([alarms], timeout: .seconds(30))
            let records = try reader.readToEnd(timeout: .seconds(30))
            let alarm = try #require(records.first.map { try AlarmDecoder.decode($0) })
            #expect(records.count == 1 && alarm.stream.group.hasPrefix("site=north,view=PA"))
            #expect(alarm.calibrations == [Digest(of: [4])])
            #expect(try CommandRun(ward.arguments(["--publish-alarms"])).code == 64)
            let state = try write("no-state.json", "{}")
            #expect(try CommandRun(ward.arguments(["--drift", "--state", state])).code == 65)
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
            #expect(missing.code == 78 && missing.error.contains(".no"), "\(missing.error)")
            // No command makes it: the page does.
            #expect(
                missing.error.contains("vigil-page") && !missing.error.contains("topics create"))
        }
    }
}
