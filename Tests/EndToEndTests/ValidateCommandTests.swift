import Foundation
import Testing
import VigilCore

extension EndToEnd {
    @Suite("Files that are held against their readers") struct ValidateCommandTests {
        private static let schemas = Checkout.root + "/Schemas/"
        private static let demo = Checkout.root + "/Deploy/demo/"

        /// Where and why a file is refused.
        private struct Refusal: Equatable {
            let kind: String
            let line: Int?
            let column: Int?
        }

        private func refusal(_ text: String, _ name: String) throws -> Refusal {
            let run = try CommandRun(["validate", "--json", try RunFolder.write(text, name)])
            #expect(run.code == 65, "\(name): \(run.output) \(run.error)")
            let json = try JSONParser.parse(Array((run.output.first ?? "").utf8))
            #expect(json["error"]?["remedy"]?.stringValue?.isEmpty == false)
            return Refusal(
                kind: json["kind"]?.stringValue ?? "", line: json["line"]?.intValue,
                column: json["column"]?.intValue)
        }

        @Test(
            "examples of schemas are known by their contents, and refused where they should be",
            arguments: [
                ("study-event", "event"), ("finding", "finding"), ("report-draft", "draft"),
            ]
        )
        func examples(folder: String, kind: String) throws {
            let path = Self.schemas + folder + "/examples/"
            let names = try FileManager.default.contentsOfDirectory(atPath: path + "valid")
            for name in names.sorted().prefix(5) {
                let run = try CommandRun(["validate", path + "valid/" + name])
                #expect(run.code == 0 && run.output.first?.hasSuffix(kind) == true, "\(name)")
            }
            let others = try FileManager.default.contentsOfDirectory(atPath: path + "invalid")
            for name in others.sorted().prefix(5) {
                let run = try CommandRun(["validate", "--as", kind, path + "invalid/" + name])
                #expect(run.code == 65 && run.error.contains(name), "\(name): \(run.error)")
            }
        }

        @Test("what is signed is believed by a key that is named, and not without")
        func signed() throws {
            let file = Self.demo + "synthetic.calibration"
            let known = try CommandRun(["validate", "--key", Self.demo + "synthetic.pub", file])
            #expect(known.code == 0, "\(known.error)")
            let other = try CommandRun(["validate", "--key", try MadeKeys().open, file])
            #expect(other.code == 65 && other.error.contains("unknown_key"), "\(other.error)")
            let none = try CommandRun(["validate", file])
            #expect(none.code == 64 && none.error.contains("--key"), "\(none.error)")
        }

        @Test("line and column are told of JSON, and of settings within the text")
        func places() throws {
            #expect(
                try refusal("{\"study\":\n  {\"uid\": \"1.2.3\",}}\n", "a.json")
                    == Refusal(kind: "event", line: 2, column: 19))
            #expect(
                try refusal("{\"finding_id\": 1}", "b.json")
                    == Refusal(kind: "finding", line: nil, column: nil))
            let file = try RunFolder.write("batch:\n  size-max: 0\nkafka.acks: 0\n", "c.yaml")
            let run = try CommandRun(["validate", file])
            #expect(run.code == 65 && run.error.contains("c.yaml:2:3: "), "\(run.error)")
            let property = try RunFolder.write("kafka.nonsense: 1\n", "d.yaml")
            let refused = try CommandRun(["validate", property])
            #expect(refused.code == 65 && refused.error.contains("d.yaml:1:1: "))
            let policy = try CommandRun(["validate", Checkout.root + "/Deploy/triage/example.json"])
            #expect(policy.code == 0 && policy.output.first?.hasSuffix("policy") == true)
        }
    }
}
