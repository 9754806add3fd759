import Foundation
import Testing
import VigilCore

extension EndToEndAnswers {
    /// The model of the repository, on synthetic studies made on the spot.
    @Suite("vigil-mini", .serialized)
    struct MiniModelTests {
        private let model = Checkout.root + "/Deploy/models/vigil-mini"

        private func json(_ run: CommandRun) throws -> JSONValue {
            try #require(run.code == 0, "\(run.error)")
            return try JSONParser.parse(
                Array((run.output.first ?? "").utf8), limits: .modelFile)
        }

        @Test("it verifies, gives its known answer, is not validated, and is small")
        func verifies() throws {
            let verified = try json(CommandRun(["model", "verify", "--json", model]))
            #expect(verified["known_answer"]?["state"]?.stringValue == "matches")
            #expect(verified["without_digest"]?.arrayValue == ["MODEL.md"])
            let inspected = try json(CommandRun(["model", "inspect", "--json", model]))
            #expect(inspected["validated"]?.boolValue == false)
            #expect(inspected["unknown_to_triage"]?.arrayValue?.isEmpty == true)
            #expect(inspected["trained_on"]?.stringValue?.contains("synthetic") == true)
            let files = FileManager.default.enumerator(atPath: model)?.allObjects ?? []
            let bytes = files.compactMap { $0 as? String }.reduce(0) { sum, name in
                let facts = try? FileManager.default.attributesOfItem(atPath: "\(model)/\(name)")
                return sum + (facts?[.size] as? Int ?? 0)
            }
            #expect(bytes > 1 << 20 && bytes <= 25 << 20)
        }

        @Test("it tells findings of films that it has not seen far better than chance")
        func films() throws {
            let folder = try RunFolder.make() + "/studies"
            let made = try CommandRun([
                "synth", "--out", folder, "--count", "120", "--size", "224", "--seed", "4711",
                "--shifted",
            ])
            try #require(made.code == 0, "\(made.error)")
            let inferred = try CommandRun(
                ["infer", "--model", model, "--json"] + MiniModelTests.films(folder),
                within: .seconds(120))
            try #require(inferred.code == 0, "\(inferred.error)")
            // Films of the kind that it was trained on are no strangers; a real one is, and what is
            // no film is not looked at.
            let outside = inferred.output.count { $0.contains("outside_training_domain") }
            #expect(outside <= 12)
            let real = try json(
                CommandRun(["infer", "--model", model, "--json", Images.original + "/RG1_UNCR.dcm"])
            )
            #expect(real["flags"]?.arrayValue?.contains("outside_training_domain") == true)
            let photo = try json(
                CommandRun(["infer", "--model", model, "--json", Images.path("OT-PAL-8-face.dcm")]))
            #expect(photo["left_out"] == "other_modality")
            let run = folder + "/run.jsonl"
            try Data(inferred.output.joined(separator: "\n").utf8)
                .write(to: URL(fileURLWithPath: run))
            let labels = ["effusion", "consolidation", "cardiomegaly", "oedema", "pneumothorax"]
            let report = try json(
                CommandRun(
                    [
                        "evaluate", "--truth", folder + "/truth.csv", "--run", run, "--json",
                        "--replicates", "0",
                    ] + labels.flatMap { ["--label", $0] }))
            #expect(report["scored"]?.intValue == 120)
            let areas = (report["labels"]?.arrayValue ?? []).compactMap {
                $0["auroc"]?["value"]?.doubleValue
            }
            #expect(areas.count == labels.count)
            #expect(areas.reduce(0, +) / Double(max(1, areas.count)) > 0.8, "\(areas)")
        }

        /// All films below a folder of studies.
        private static func films(_ folder: String) -> [String] {
            let names = FileManager.default.enumerator(atPath: folder)?.allObjects ?? []
            return names.compactMap { $0 as? String }.filter { $0.hasSuffix(".dcm") }.sorted()
                .map { "\(folder)/\($0)" }
        }
    }
}
