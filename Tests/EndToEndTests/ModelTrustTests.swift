import Foundation
import Testing
import VigilCore

extension EndToEndAnswers {
    /// Which models a worker takes, and whose word counts.
    @Suite("Trust in models", .serialized)
    struct ModelTrustTests {
        /// A copy of the tiny model, whose `vigil.json` was changed.
        private func folder(_ change: (inout JSONObject) -> Void = { _ in }) throws -> String {
            let path = try RunFolder.make() + "/model"
            try FileManager.default.copyItem(atPath: RunFolder.model.get(), toPath: path)
            #expect(try CommandRun(["model", "verify", "--record", path]).code == 0)
            let file = URL(fileURLWithPath: path + "/vigil.json")
            var facts = try #require(JSONParser.parse([UInt8](Data(contentsOf: file))).objectValue)
            change(&facts)
            try Data(JSONWriter.bytes(.object(facts))).write(to: file)
            return path
        }

        private func inspect(_ path: String) throws -> JSONValue {
            let run = try CommandRun(["model", "inspect", path, "--json"])
            return try JSONParser.parse(Array(run.output.joined().utf8))
        }

        private func worker(_ path: String, _ allow: [String]) throws -> CommandRun {
            try .ofWorker(
                path,
                [
                    "models.allow=" + allow.joined(separator: ","), "triage.uncalibrated=legacy",
                ])
        }

        @Test("a model that models.allow does not name is refused with the digest to add")
        func pinned() throws {
            let path = try folder()
            let digest = try #require(inspect(path)["digest"]?.stringValue)
            let other = String(digest.reversed())
            let refused = try worker(path, [other])
            #expect(refused.code == 78)
            #expect(refused.error.contains(digest) && refused.error.contains("models.allow"))
            for name in [digest, "sha256:" + digest, digest.uppercased()] {
                #expect(try worker(path, [other, name]).code == 69)
            }
            let malformed = try worker(path, ["latest"])
            #expect(malformed.code == 78 && malformed.error.contains("latest"))
            let infer = try CommandRun(
                ["infer", "--model", path, Images.path("SC_rgb.dcm")],
                variables: ["VIGIL_MODELS__ALLOW": other])
            #expect(infer.code == 78)
        }

        @Test("a model cannot declare itself validated; its site can, by its digest")
        func validated() throws {
            let path = try folder { $0["validated"] = true }
            let facts = try inspect(path)
            #expect(facts["validated"] == false && facts["claims_validation"] == true)
            let digest = try #require(facts["digest"]?.stringValue)
            #expect(try worker(path, []).error.contains("\"model_validated\":false"))
            #expect(try worker(path, [digest]).error.contains("\"model_validated\":true"))
            let honest = try folder()
            let pin = try #require(inspect(honest)["digest"]?.stringValue)
            #expect(try worker(honest, [pin]).error.contains("\"model_validated\":false"))
        }

        @Test("a model that gives another answer than its recorded one does not start")
        func answer() throws {
            let wrong = JSONValue.string(String(repeating: "0", count: 64))
            for side in ["image", "text"] {
                let path = try folder { facts in
                    var answer = facts["knownAnswer"]?.objectValue ?? JSONObject()
                    answer[side] = wrong
                    facts["knownAnswer"] = .object(answer)
                }
                let run = try worker(path, [])
                #expect(run.code == 65, "\(side)")
                #expect(run.error.contains("recorded was"))
            }
            let right = try worker(try folder(), [])
            #expect(right.code == 69)
            #expect(right.error.contains("\"answer\":\"matches\""))
            let none = try worker(try folder { $0["knownAnswer"] = nil }, [])
            #expect(none.code == 69 && none.error.contains("\"answer\":\"not_recorded\""))
        }
    }
}
