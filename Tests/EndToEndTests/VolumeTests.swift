import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    @Suite(
        "CT volumes", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct VolumeTests {
        private static let study = "2.25.1"

        /// Writes slices into a folder of the scene that no other series has.
        private static func write(
            _ indices: [Int], series: String, to scene: Scene
        ) throws -> [String] {
            try indices.map { index in
                try scene.write(
                    MadeVolume.slice(index, series: series).file, to: "\(series)-\(index).dcm")
            }
        }

        @Test("a worker reads a series as one volume, and refuses one with a gap")
        func worker() throws {
            let model = try MadeVolume.model()
            let scene = try Scene(anyBroker, model: model)
            let slices = try Self.write([5, 0, 3, 1, 4, 2], series: "2.25.20", to: scene)
            let localizer = try Self.write([0], series: "2.25.21", to: scene)
            let gap = try Self.write([0, 1, 2, 4, 5, 6], series: "2.25.22", to: scene)
            let other = try Self.write([0, 1, 2, 3, 4], series: "2.25.23", to: scene)
            let messages = [
                StudyMessage("whole", files: localizer + slices, study: Self.study),
                StudyMessage("gap", files: gap, study: Self.study),
                StudyMessage("both", files: slices + other, priority: "stat", study: Self.study),
                StudyMessage("none", files: localizer, study: Self.study),
                StudyMessage("half", files: other + gap, study: Self.study),
            ]
            let audit = try scene.run(messages, on: scene.startWorker())
            for id in ["gap", "none", "half"] {
                let letter = try DeadLetterDecoder.decode(
                    try #require(audit.deadLetters[id]?.first))
                #expect(letter.errorCode == "not_a_volume", "\(id)")
            }
            try Self.check(audit.finding("whole"), model: model, files: slices)
            let both = try audit.finding("both")
            #expect(both.findings.count == 1 && both.instances.allSatisfy { $0.flags.isEmpty })
            #expect(both.assessed?.output != (try audit.finding("whole").assessed?.output))
            try Self.replay(scene)
        }

        /// The finding on six slices behind a localizer.
        private static func check(
            _ finding: Finding, model: String, files: [String]
        ) throws {
            #expect(finding.assessed?.model.family == "i3d-resnet")
            let result = try #require(finding.findings.first)
            #expect(result.code == "pulmonary_embolism" && result.head == "site-probe")
            #expect(result.evidence == .init(instance: 1, frame: 0, isSeries: true))
            #expect(finding.instances.count == 7)
            #expect(finding.instances[0].flags == ["not_a_volume"])
            #expect(finding.instances.dropFirst().allSatisfy { $0.flags.isEmpty })
            // The command makes the same of the same files.
            let run = try CommandRun(
                [
                    "infer", "--json", "--model", model, "--adapter",
                    model + "/adapters/probe.safetensors",
                ] + files)
            #expect(run.code == 0, "\(run.error)")
            let line = try JSONParser.parse(Array((run.output.first ?? "").utf8))
            #expect(line["digest"]?.stringValue == finding.assessed?.output.hex)
            let score = line["heads"]?["site-probe"]?["pulmonary_embolism"]?.doubleValue
            #expect(score.map { Float($0) } == result.probability)
        }

        private static func replay(_ scene: Scene) throws {
            let run = try CommandRun(
                ["replay", "--verify", "--from", "0", "--to", "1000"]
                    + scene.replayArguments(settings: []))
            #expect(run.code == 0, "\(run.error) \(run.output)")
        }

        @Test("an ensemble's scores are the members' mean, whatever their order")
        func ensemble() throws {
            let model = try RunFolder.model.get()
            let other = try RunFolder.otherModel.get()
            let message = StudyMessage("one", files: [Images.path("RG1_UNCR.dcm")])
            func finding(_ model: String, _ settings: [String]) throws -> Finding {
                let scene = try Scene(anyBroker, model: model)
                let worker = try scene.startWorker(settings: settings)
                let audit = try scene.audit()
                try scene.send([message])
                try audit.await(1, within: .seconds(120), worker: worker)
                try worker.stop()
                return try audit.finding("one")
            }
            let all = [
                try finding(model, []), try finding(other, []),
                try finding(model, ["model.ensemble=\(other)"]),
                try finding(other, ["model.ensemble=\(model)"]),
            ]
            #expect(
                all[2].assessed?.model.digest == all[3].assessed?.model.digest
                    && all[2].assessed?.output == all[3].assessed?.output)
            #expect(Set(all.prefix(3).map(\.findingID)).count == 3)
            let scores = all.map { finding in
                Dictionary(
                    finding.findings.map { ($0.code, Double($0.probability ?? .nan)) }
                ) { $1 }
            }
            #expect(!scores[2].isEmpty && scores[2].count == scores[0].count)
            for (code, score) in scores[2] {
                let mean = ((scores[0][code] ?? .nan) + (scores[1][code] ?? .nan)) / 2
                #expect(abs(score - mean) <= 1e-6, "\(code)")
            }
            let run = try CommandRun([
                "infer", "--json", "--model", other, "--ensemble", model,
                Images.path("RG1_UNCR.dcm"),
            ])
            #expect(run.code == 0, "\(run.error)")
            let line = try JSONParser.parse(Array((run.output.first ?? "").utf8))
            #expect(line["digest"]?.stringValue == all[2].assessed?.output.hex)
            let volumes = try MadeVolume.model()
            let refused = try CommandRun([
                "infer", "--model", model, "--ensemble", volumes, Images.path("RG1_UNCR.dcm"),
            ])
            #expect(refused.code == 65 && refused.error.contains("another family"))
        }
    }
}
