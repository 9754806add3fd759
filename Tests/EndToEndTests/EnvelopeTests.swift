import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    @Suite("Envelopes of changes", .serialized)
    struct EnvelopeTests {
        private let keys: MadeKeys
        private let model: String

        init() throws {
            keys = try MadeKeys()
            model = try RunFolder.model.get()
        }

        private func draft(_ settings: [String] = []) throws -> String {
            let run = try CommandRun(
                ["envelope", "draft", "--set", "model.directory=\(model)"]
                    + settings.flatMap { ["--set", $0] })
            try #require(run.code == 0, "\(run.error)")
            return run.output.joined()
        }

        /// Signs a draft, beside a report of `vigil evaluate`.
        private func sign(_ draft: String) throws -> (run: CommandRun, file: String) {
            let folder = try RunFolder.make()
            func write(_ text: String, _ name: String) throws {
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            try write(
                """
                {"schema":"vigil.evaluation/1","labels":[{"code":"pneumothorax",
                "auroc":{"value":0.9,"low":0.85,"high":0.95},
                "average_precision":{"value":0.5,"low":null,"high":null}}]}
                """, "report.json")
            try write(draft, "draft.json")
            let file = folder + "/site.envelope"
            let run = try CommandRun(
                [
                    "envelope", "sign", folder + "/draft.json", "--key", keys.secret, "--out",
                    file, "--json",
                ])
            return (run, file)
        }

        private func settings(_ file: String, key: String? = nil) -> [String] {
            ["models.envelope=\(file)", "models.envelope-keys=\(key ?? keys.open)"]
        }

        @Test(
            "what a draft of the settings tells runs, and each finding says under what it did",
            .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
        func runs() throws {
            let (run, file) = try sign(try draft())
            try #require(run.code == 0, "\(run.error)")
            let told = try JSONParser.parse(Array(run.output.joined().utf8))
            let figures = told["envelope"]?["models"]?.arrayValue?.first?["evaluation"]?["measures"]
            #expect(figures?.arrayValue?.count == 1)
            let shown = try CommandRun(["envelope", "show", file, "--key", keys.open])
            #expect(shown.code == 0 && shown.output.allSatisfy { $0.count <= 100 })
            let scene = try Scene(anyBroker, partitions: 1, model: model)
            let worker = try scene.startWorker(settings: settings(file))
            let message = StudyMessage("held", files: [Images.path(Images.quick[0])])
            let audit = try scene.run([message], on: worker)
            let envelope = try audit.finding("held").decision.envelope
            #expect(envelope?.digest.hex == told["digest"]?.stringValue)
            #expect(envelope?.validUntil != nil)
        }

        @Test("a swap outside of the envelope ends the start with what is other")
        func swap() throws {
            let (_, file) = try sign(try draft())
            let other = try RunFolder.make() + "/model"
            try FileManager.default.copyItem(atPath: model, toPath: other)
            try Data("{\"a\":1}".utf8).write(to: URL(fileURLWithPath: other + "/more.json"))
            for (folder, more, reason) in [
                (other, [], "other_model"), (model, ["engine.precision=int8"], "other_precision"),
                (model, ["triage.unvalidated-may-raise=true"], "other_policy"),
            ] {
                let run = try CommandRun.ofWorker(folder, settings(file) + more)
                #expect(run.code == 78 && run.error.contains(reason), "\(reason): \(run.error)")
            }
            let strange = try CommandRun.ofWorker(
                model, settings(file, key: try MadeKeys().open))
            #expect(strange.code == 78 && strange.error.contains("unknown_key"))
            #expect(try CommandRun.ofWorker(model, settings(file)).code == 69)
        }

        @Test("a bound that no evaluation shows, and a word that is not known, are not signed")
        func refused() throws {
            let bound = "\"measures\":[{\"code\":\"pneumothorax\",\"measure\":\"auroc\",\"least\":"
            let draft = try draft()
            try #require(draft.hasSuffix("\"measures\":[]}"))
            let open = draft.dropLast("\"measures\":[]}".count)
            #expect(try sign(open + bound + "0.8}]}").run.code == 0)
            #expect(try sign(open + bound + "1}]}").run.error.contains("measure_too_low"))
            let unknown = try sign(open + "\"measures\":[],\"any\":true}").run
            #expect(unknown.code == 78 && unknown.error.contains("inconsistent"))
            let left = try sign(draft.replacing("report.json", with: "nowhere.json")).run
            #expect(left.code == 66 && left.error.contains("nowhere.json"))
        }
    }
}
