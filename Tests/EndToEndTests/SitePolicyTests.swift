import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    /// A worker's table of findings: what its model asks, and what its site says.
    @Suite(
        "Workers and the table of findings", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct SitePolicyTests {
        /// Writes a policy file of these members; gives its path.
        private func policy(_ members: String) throws -> String {
            let path = try RunFolder.make() + "/triage.json"
            let text = #"{"schema":"vigil.triage/1","version":"7","# + members + "}"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return path
        }

        /// The findings of a routine and a stat study by a worker with these settings.
        private func findings(
            _ settings: [String], model: String? = nil
        ) throws -> (routine: Finding, stat: Finding) {
            let scene = try Scene(anyBroker, model: model)
            let files = [Images.path("SC_rgb.dcm")]
            let messages = [
                StudyMessage("r", files: files), StudyMessage("s", files: files, priority: "stat"),
            ]
            let worker = try scene.startWorker(
                settings: settings + ["triage.unvalidated-may-raise=true"])
            let audit = try scene.run(messages, on: worker)
            return (try audit.finding("r"), try audit.finding("s"))
        }

        @Test("a site's file changes thresholds, priorities and the digest, and lowers no order")
        func sites() throws {
            let codes = [
                "pneumothorax", "free_air", "widened_mediastinum", "pulmonary_edema",
                "consolidation", "pleural_effusion", "rib_fracture", "atelectasis",
                "cardiomegaly", "lung_mass",
            ]
            let rows = codes.map { #""\#($0)":{"threshold":1e-9,"priority":"asap"}"# }
            let file = try policy(
                #""default":{\#(rows.joined(separator: ","))},"#
                    + #""sites":{"north":{"lung_mass":{"priority":"urgent"}}}"#)
            let plain = try findings([])
            let all = try findings(["triage.policy=\(file)"])
            let north = try findings(["triage.policy=\(file)", "triage.site=north"])
            #expect(plain.routine.findings.map(\.code) == codes)
            #expect(Set(plain.routine.findings.map(\.threshold)) == [0.5])
            for found in [all, north] {
                #expect(found.routine.findings.allSatisfy { $0.answer == .flagged })
                #expect(Set(found.routine.findings.map(\.threshold)) == [1e-9])
                #expect(found.stat.priority.effective == .stat)
                #expect(found.routine.assessed?.output == plain.routine.assessed?.output)
                #expect(found.routine.findingID == plain.routine.findingID)
            }
            #expect(all.routine.priority.ai == .asap && all.routine.priority.effective == .asap)
            #expect(north.routine.priority.effective == .urgent)
            let digests = [plain, all, north].map { $0.routine.decision.policy?.digest }
            #expect(Set(digests).count == 3 && !digests.contains(nil))
        }

        @Test("a classifier of TorchXRayVision raises by oedema, and by no output without training")
        func classifier() throws {
            let checkpoint =
                Checkout.root + "/Tests/ConversionTests/Vectors/xray-densenet.pt"
            let model = try RunFolder.make() + "/xray"
            let run = try CommandRun(["model", "convert", checkpoint, model])
            try #require(run.code == 0, "\(run.error)")
            // The study is a photograph.
            try ModelFolder(at: model).removeMember("intendedInput")
            let others = [
                "atelectasis", "consolidation", "infiltration", "pneumothorax", "emphysema",
                "pulmonary_fibrosis", "pleural_effusion", "pneumonia", "pleural_thickening",
                "cardiomegaly", "lung_nodule", "lung_mass", "lung_lesion", "fracture",
                "lung_opacity", "enlarged_cardiomediastinum",
            ].map { #""\#($0)":{"priority":"routine"}"# }.joined(separator: ",")
            // The label Hernia has no operating point there; one half says nothing of it.
            let file = try policy(
                #""default":{"edema":{"threshold":1e-9},"hernia":{"priority":"stat"},\#(others)}"#)
            let found = try findings(["triage.policy=\(file)"], model: model).routine
            #expect(found.findings.count == 18)
            #expect(found.findings.first { $0.code == "edema" }?.answer == .flagged)
            let hernia = try #require(found.findings.first { $0.code == "hernia" })
            #expect(hernia.answer == .abstained([.noUsableScore]) && hernia.probability == nil)
            #expect(found.priority.ai == .urgent && found.priority.effective == .urgent)
        }

        @Test("a code that nobody knows stops the start and is named; the site's own does not")
        func unknown() throws {
            let model = try RunFolder.make() + "/model"
            try FileManager.default.copyItem(atPath: RunFolder.model.get(), toPath: model)
            let prompts = URL(fileURLWithPath: model + "/prompts.json")
            let words = try String(contentsOf: prompts, encoding: .utf8)
            try Data(words.replacing("\"free_air\"", with: "\"unicorn\"").utf8).write(to: prompts)
            try FileManager.default.removeItem(atPath: model + "/vigil.json")
            let refused = try CommandRun.ofWorker(model)
            #expect(refused.code == 78, "\(refused.error)")
            for part in ["unicorn", "prompts.json", model, "vigil triage show", "triage.policy"] {
                #expect(refused.error.contains(part), "\(refused.error)")
            }
            let inspected = try CommandRun(["model", "inspect", "--json", model])
            #expect(
                inspected.output.first?.contains(#""unknown_to_triage":["unicorn"]"#) == true,
                "\(inspected.error)")
            let volumes = try CommandRun.ofWorker(
                MadeVolume.model(MadeVolume.labelled, hasProbe: false))
            #expect(volumes.code == 78, "\(volumes.error)")
            #expect(volumes.error.contains("septicemia, anemia"), "\(volumes.error)")
            let own = try policy(#""own":{"unicorn":{"priority":"stat","threshold":0.7}}"#)
            let taken = try CommandRun.ofWorker(model, ["triage.policy=\(own)"])
            #expect(taken.code == 69, "only the broker is missing: \(taken.error)")
        }

        @Test("a prompt set of an earlier version is refused with the place for its priorities")
        func oldPrompts() throws {
            let model = try RunFolder.make() + "/model"
            try FileManager.default.copyItem(atPath: RunFolder.model.get(), toPath: model)
            try FileManager.default.removeItem(atPath: model + "/vigil.json")
            let prompts = URL(fileURLWithPath: model + "/prompts.json")
            let words = try String(contentsOf: prompts, encoding: .utf8)
                .replacing("vigil.prompts/2", with: "vigil.prompts/1")
                .replacing("\"label\"", with: "\"acuity\":\"stat\",\"label\"")
            try Data(words.utf8).write(to: prompts)
            let refused = try CommandRun.ofWorker(model)
            #expect(refused.code == 65, "\(refused.error)")
            #expect(refused.error.contains("acuity") && refused.error.contains("triage.policy"))
        }

        @Test(
            "a policy that cannot hold stops worker and command alike",
            arguments: [
                (#""default":{"fracture":{"threshold":2}}"#, [], "default.fracture.threshold"),
                (#""default":{"fractur":{"threshold":0.2}}"#, [], "default.fractur"),
                (#""default":{"fracture":{"priority":"now"}}"#, [], "default.fracture.priority"),
                (#""defaults":{}"#, [], "defaults"),
                (#""default":{"fracture":{"threshold":NaN}}"#, [], "offset"),
                (#""sites":{"north":{}}"#, ["triage.site=south"], "north"),
            ])
        func refused(members: String, settings: [String], word: String) throws {
            let file = try policy(members)
            let set = ["triage.policy=\(file)"] + settings
            let worker = try CommandRun.ofWorker(try RunFolder.model.get(), set)
            let shown = try CommandRun(["triage", "show"] + set.flatMap { ["--set", $0] })
            for run in [worker, shown] {
                #expect(run.code == 78, "\(run.error)")
                #expect(run.error.contains(file) && run.error.contains(word), "\(run.error)")
            }
        }
    }

    /// `vigil triage show`.
    @Suite("The table of findings")
    struct TriageShowTests {
        @Test("the table is printed in 100 columns, with the site's word and whose it is")
        func table() throws {
            let plain = try CommandRun(["triage", "show"])
            #expect(plain.code == 0, "\(plain.error)")
            #expect(plain.output.allSatisfy { $0.count <= 100 })
            let edema = plain.output.first { $0.hasPrefix("pulmonary_edema ") }
            let cells = edema?.split(separator: " ").map(String.init)
            #expect(
                cells == [
                    "pulmonary_edema", "urgent", "table", "0.5", "table", "RID4866", "19242006",
                ])
            let file = Checkout.root + "/Deploy/triage/example.json"
            let site = try CommandRun([
                "triage", "show", "--json", "--set", "triage.policy=\(file)", "--set",
                "triage.site=north",
            ])
            #expect(site.code == 0, "\(site.error)")
            let json = try JSONParser.parse(Array((site.output.first ?? "").utf8))
            let rows = json["findings"]?.arrayValue ?? []
            #expect(rows.count == plain.output.count - 2 + 1)
            let row = try #require(rows.first { $0["code"] == "pneumothorax" })
            #expect(row["threshold"]?.doubleValue == 0.35 && row["threshold_by"] == "default")
            #expect(row["priority"] == "stat" && row["priority_by"] == "table")
            let rib = try #require(rows.first { $0["code"] == "rib_fracture" })
            #expect(rib["priority"] == "asap" && rib["priority_by"] == "site")
        }

        @Test("a file that is not there is refused with its name")
        func missing() throws {
            let run = try CommandRun(["triage", "show", "--set", "triage.policy=/nowhere/t.json"])
            #expect(run.code == 78, "\(run.error)")
            #expect(run.error.contains("/nowhere/t.json") && run.error.contains("No such file"))
        }
    }
}
