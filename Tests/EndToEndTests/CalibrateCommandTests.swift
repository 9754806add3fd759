import Foundation
import Testing
import VigilCore

extension EndToEndAnswers {
    /// `vigil key make`, `vigil calibrate` and `vigil calibration show`.
    @Suite("Calibrate command", .serialized)
    struct CalibrateCommandTests {
        private static let model = Checkout.root + "/Deploy/models/vigil-mini"

        private func json(_ run: CommandRun) throws -> JSONValue {
            try JSONParser.parse(Array((run.output.first ?? "").utf8), limits: .modelFile)
        }

        /// Truth of studies at two sites, one in four with an effusion, and scores that tell it.
        private func made(_ count: Int) throws -> [String] {
            var generator = SplitMix64(seed: 23)
            var (truth, lines) = (["study,patient,site,view,effusion"], [String]())
            for index in 0..<count {
                let isThere = index % 4 == 0
                let site = index % 3 == 0 ? "south" : "north"
                truth.append("1.2.\(index),p\(index),\(site),frontal,\(isThere ? 1 : 0)")
                let score = Float(0.6 * generator.unit() + (isThere ? 0.4 : 0))
                lines.append(
                    "{\"file\":\"/a/1.2.\(index).dcm\",\"scores\":{\"effusion\":\(score)}}")
            }
            return [
                "--truth", try RunFolder.write(truth.joined(separator: "\n"), "truth.csv"),
                "--run", try RunFolder.write(lines.joined(separator: "\n"), "run.jsonl"),
                "--model", Self.model,
                "--site", "north", "--flag-at", "0.7",
            ]
        }

        @Test("a calibration is fitted by strata, signed, shown again, and shows a changed byte")
        func whole() throws {
            let keys = try MadeKeys()
            let out = try RunFolder.make() + "/north.calibration"
            let arguments =
                ["calibrate"] + (try made(1600)) + [
                    "--risk", "fnr=0.05", "--delta", "0.05", "--by", "site,view", "--key",
                    keys.secret,
                    "--out", out,
                ]
            let run = try CommandRun(arguments + ["--json"])
            try #require(run.code == 0, "\(run.error)")
            let report = try json(run)
            let finding = report["calibration"]?["findings"]?.arrayValue?.first
            #expect(finding?["rules"]?.arrayValue?.count == 3)
            let rule = finding?["rules"]?.arrayValue?.first
            #expect(rule?["not_flagged"]?["studies"]?.intValue == 400)
            let value = try #require(rule?["not_flagged"]?["p_value"]?.doubleValue)
            #expect(value > 0 && value <= 0.05)
            let shown = try CommandRun(["calibration", "show", out, "--key", keys.open, "--json"])
            #expect(shown.code == 0, "\(shown.error)")
            #expect(try json(shown)["calibration"] == report["calibration"])
            #expect(try json(shown)["digest"] == report["digest"])
            let table = try CommandRun(["calibration", "show", out, "--key", keys.open])
            #expect(table.code == 0 && table.output.contains { $0.hasPrefix("effusion") })
            #expect(table.output.allSatisfy { $0.count <= 100 })
            let other = try MadeKeys()
            let refused = try CommandRun(["calibration", "show", out, "--key", other.open])
            #expect(refused.code == 78 && refused.error.contains("unknown_key"))
            var bytes = try Data(contentsOf: URL(fileURLWithPath: out))
            bytes[120] ^= 1
            try bytes.write(to: URL(fileURLWithPath: out))
            #expect(try CommandRun(["calibration", "show", out, "--key", keys.open]).code == 78)
        }

        @Test("58 studies with a finding write nothing, and the reason is shown")
        func tooFew() throws {
            let keys = try MadeKeys()
            let out = try RunFolder.make() + "/few.calibration"
            let run = try CommandRun(
                ["calibrate"] + (try made(232))
                    + ["--risk", "fnr=0.05", "--key", keys.secret, "--out", out])
            #expect(run.code == 65 && run.error.contains("too_few_positives"), "\(run.error)")
            #expect(run.error.contains("59"))
            #expect(!FileManager.default.fileExists(atPath: out))
            let enough = try CommandRun(
                ["calibrate"] + (try made(236))
                    + ["--risk", "fnr=0.05", "--coverage", "0", "--key", keys.secret, "--out", out])
            #expect(enough.code == 0, "\(enough.error)")
        }

        @Test("what cannot be promised or signed is refused before anything is read")
        func refused() throws {
            let keys = try MadeKeys()
            let data = try made(400)
            let out = try RunFolder.make() + "/none.calibration"
            func code(_ more: [String], key: String? = nil) throws -> Int32 {
                try CommandRun(
                    ["calibrate"] + data + ["--key", key ?? keys.secret, "--out", out] + more
                ).code
            }
            for risk in ["fnr=nan", "fnr=0", "fnr=0.9", "ppv=0.5", "0.05", "=0.05", "fpr=0.1"] {
                #expect(try code(["--risk", risk]) == 64, "\(risk)")
            }
            #expect(try code([]) == 64)
            #expect(try code(["--risk", "fnr=0.05", "--delta", "0.9"]) == 64)
            #expect(try code(["--risk", "fnr=0.05", "--by", "scanner"]) == 65)
            #expect(try code(["--risk", "fnr=0.05", "--label", "pneumonia"]) == 65)
            #expect(try code(["--risk", "fnr=0.05"], key: keys.open) == 77)
            #expect(!FileManager.default.fileExists(atPath: out))
        }
    }
}
