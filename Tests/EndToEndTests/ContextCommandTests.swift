import Foundation
import Testing
import VigilCore

extension EndToEndAnswers {
    /// `vigil tune --context`.
    @Suite("Context command", .serialized)
    struct ContextCommandTests {
        private static let model = Checkout.root + "/Deploy/models/vigil-mini"
        private static let count = 600

        private func write(_ text: String, _ name: String) throws -> String {
            let path = try RunFolder.make() + "/" + name
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return path
        }

        private func bundle(_ index: Int, crp: Double) -> String {
            let time = "2026-11-24T05:30:00Z"
            let coding = #""code":{"coding":[{"system":"http://loinc.org","code":"1988-5"}]}"#
            let resources = [
                #"{"resourceType":"Patient","identifier":[{"value":"p\#(index)"}]}"#,
                #"{"resourceType":"ImagingStudy","started":"\#(time)","identifier":"#
                    + #"[{"value":"urn:oid:1.2.\#(index)"}]}"#,
                #"{"resourceType":"Observation","id":"o","status":"final",\#(coding),"#
                    + #""effectiveDateTime":"\#(time)","#
                    + #""valueQuantity":{"value":\#(crp),"unit":"mg/L"}}"#,
            ].map { #"{"resource":\#($0)}"# }
            return #"{"resourceType":"Bundle","entry":[\#(resources.joined(separator: ","))]}"#
        }

        /// Truth, an image's scores that tell a little of it, and values that follow from it where
        /// they are planted.
        private func made(isPlanted: Bool) throws -> [String] {
            var random = SplitMix64(seed: 41)
            var (truth, lines, context) = (["study,patient,consolidation"], [String](), [String]())
            for index in 0..<Self.count {
                let isThere = random.below(4) == 0
                truth.append("1.2.\(index),p\(index),\(isThere ? 1 : 0)")
                let score = 0.7 * random.unit() + (isThere ? 0.2 : 0)
                lines.append(
                    "{\"file\":\"/a/1.2.\(index).dcm\",\"scores\":{\"consolidation\":\(score)}}")
                let isRaised = isPlanted ? isThere : random.below(4) == 0
                context.append(bundle(index, crp: 4 + (isRaised ? 90 : 20) * random.unit()))
            }
            return [
                "--truth", try write(truth.joined(separator: "\n"), "truth.csv"), "--run",
                try write(lines.joined(separator: "\n"), "run.jsonl"), "--model", Self.model,
                "--context", try write(context.joined(separator: "\n"), "context.ndjson"),
            ]
        }

        @Test("values that follow from what is there turn context on, with an interval above 0")
        func planted() throws {
            let out = try RunFolder.make() + "/site.context"
            let arguments = ["tune"] + (try made(isPlanted: true)) + ["--name", "north"]
            let run = try CommandRun(arguments + ["--out", out, "--json"])
            try #require(run.code == 0, "\(run.error)")
            let report = try JSONParser.parse(Array((run.output.first ?? "").utf8))
            let finding = try #require(report["findings"]?.arrayValue?.first)
            #expect(finding["on"]?.boolValue == true)
            let low = finding["gain_interval"]?.arrayValue?.first?.doubleValue ?? 0
            #expect(low > 0)
            let text = try String(contentsOfFile: out, encoding: .utf8)
            let file = try JSONParser.parse(Array(text.utf8))
            let weights = try #require(report["weights"])
            #expect(
                JSONWriter.bytes(file, order: .sorted)
                    == JSONWriter.bytes(weights, order: .sorted))
            #expect(file["schema"]?.stringValue == "vigil.context/1")
            #expect(file["site"]?.stringValue == "north")
            let terms = file["findings"]?.arrayValue?.first?["terms"]?.arrayValue ?? []
            #expect(terms.map { $0["item"]?.stringValue } == ["crp"])
            #expect((terms.first?["weight"]?.doubleValue ?? 0) > 0)
            let table = try CommandRun(arguments + ["--out", out])
            #expect(table.code == 0 && table.output.contains { $0.hasPrefix("consolidation") })
            #expect(table.output.dropLast().allSatisfy { $0.count <= 100 })
        }

        @Test("values that say nothing write nothing, and the reason is shown")
        func off() throws {
            let out = try RunFolder.make() + "/none.context"
            let run = try CommandRun(["tune"] + (try made(isPlanted: false)) + ["--out", out])
            #expect(run.code == 65 && run.error.contains("context stays off"), "\(run.error)")
            #expect(run.error.contains("consolidation"))
            #expect(!FileManager.default.fileExists(atPath: out))
        }

        @Test("what cannot be used is refused")
        func refused() throws {
            let data = try made(isPlanted: true)
            let out = try RunFolder.make() + "/none.context"
            let lone = Array(data.prefix(2) + data.suffix(4))
            #expect(try CommandRun(["tune"] + lone + ["--out", out]).code == 64)
            let both = try CommandRun(["tune"] + data + ["--out", out, "--method", "probe"])
            #expect(both.code == 64 && both.error.contains("--method"), "\(both.error)")
            let names = try write("{\"name\":\"Doe^Jane\"}", "names.ndjson")
            let other = try CommandRun(
                ["tune"] + data.dropLast() + [names, "--out", out])
            #expect(other.code == 65 && !other.error.contains("Doe"), "\(other.error)")
        }
    }
}
