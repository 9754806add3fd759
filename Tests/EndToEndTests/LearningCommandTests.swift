import Foundation
import Testing
import VigilCore

extension EndToEnd {
    /// `vigil evaluate` and `vigil tune` on files.
    @Suite("Learning commands", .serialized)
    struct LearningCommandTests {
        private func json(_ run: CommandRun) throws -> JSONValue {
            try JSONParser.parse(Array((run.output.first ?? "").utf8), limits: .modelFile)
        }

        private func write(_ text: String, _ name: String) throws -> String {
            let path = try RunFolder.make() + "/" + name
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return path
        }

        /// Truth of 600 studies, two of each patient, and lines with embeddings that tell it.
        private func made(width: Int) throws -> (truth: String, lines: String) {
            var generator = SplitMix64(seed: 17)
            var (truth, lines) = (["study,patient,vendor,effusion"], [String]())
            for index in 0..<600 {
                let isThere = generator.below(3) == 0
                truth.append("1.2.\(index),p\(index / 2),v\(index % 2),\(isThere ? 1 : 0)")
                var x = (0..<width).map { _ in generator.unit() - 0.5 }
                x[0] += isThere ? 0.5 : -0.5
                let score = min(max(x[0] / 2 + 0.5, 0), 1)
                lines.append(
                    "{\"file\":\"/a/1.2.\(index).dcm\",\"embedding\":\(x),"
                        + "\"scores\":{\"effusion\":\(score)}}")
            }
            return (
                try write(truth.joined(separator: "\n"), "truth.csv"),
                try write(lines.joined(separator: "\n"), "run.jsonl")
            )
        }

        @Test("a run is measured as a table, as JSON and as a page, against a second run")
        func evaluate() throws {
            let (truth, lines) = try made(width: 1)
            let page = try RunFolder.make() + "/report.html"
            let arguments = [
                "evaluate", "--truth", truth, "--run", lines, "--run-b", lines, "--html", page,
                "--replicates", "100", "--prevalence", "effusion=0.05",
            ]
            let run = try CommandRun(arguments + ["--json"])
            #expect(run.code == 0, "\(run.error)")
            let report = try json(run)
            #expect(report["scored"]?.intValue == 600)
            #expect(report["patients"]?.intValue == 300)
            let label = report["labels"]?.arrayValue?.first
            #expect(try #require(label?["auroc"]?["value"]?.doubleValue) > 0.95)
            #expect(report["subgroups"]?.arrayValue?.count == 2)
            #expect(report["comparison"]?.arrayValue?.first?["delong"]?["p"]?.doubleValue == 1)
            let text = try String(contentsOfFile: page, encoding: .utf8)
            #expect(text.contains("</html>") && !text.contains("http"))
            let table = try CommandRun(arguments)
            #expect(table.code == 0)
            #expect(table.output.contains { $0.hasPrefix("effusion  ") })
        }

        @Test("bad data is exit code 65 with line and column; a missing file is 66")
        func refused() throws {
            let (truth, lines) = try made(width: 1)
            let bad = try write("study,effusion\nMaria,unclear\n", "bad.csv")
            let refused = try CommandRun(["evaluate", "--truth", bad, "--run", lines])
            #expect(refused.code == 65)
            let labelled = try CommandRun(
                ["evaluate", "--truth", truth, "--run", lines, "--label", "nodule"])
            #expect(labelled.code == 65)
            #expect(labelled.error.contains("no column nodule"))
            let missing = try CommandRun(["evaluate", "--truth", truth, "--run", truth + ".no"])
            #expect(missing.code == 66)
            #expect(try CommandRun(["evaluate", "--truth", truth]).code == 64)
            #expect(
                try CommandRun(["evaluate", "--truth", truth, "--run", lines, "--at", "2"]).code
                    == 64)
            for run in [refused, labelled] { #expect(!run.error.contains("Maria")) }
        }

        @Test(
            "a head is tuned, is the same each time, and runs beside its model",
            arguments: [
                ["--calibration", "platt"], ["--calibration", "isotonic"],
                ["--method", "prototype"],
            ])
        func tune(extra: [String]) throws {
            let model = try RunFolder.make() + "/clip"
            #expect(try CommandRun(["model", "untrained", "--size", "tiny", model]).code == 0)
            let inspected = try json(CommandRun(["model", "inspect", "--json", model]))
            let width = try #require(inspected["embedding_width"]?.intValue)
            let (truth, lines) = try made(width: width)
            let head = try RunFolder.make() + "/probe.safetensors"
            let arguments =
                [
                    "tune", "--model", model, "--truth", truth, "--embeddings", lines, "--out",
                    head, "--replicates", "100", "--json", "--acuity", "effusion=urgent",
                ] + extra
            let tuned = try CommandRun(arguments)
            #expect(tuned.code == 0, "\(tuned.error)")
            let record = try json(tuned)
            let area = record["test"]?.arrayValue?.first?["auroc"]?["value"]?.doubleValue
            #expect(try #require(area) > 0.9)
            #expect(try json(CommandRun(arguments))["digest"] == record["digest"])
            let inferred = try json(
                CommandRun([
                    "infer", "--model", model, "--adapter", head, "--json",
                    Images.path("SC_rgb.dcm"),
                ]))
            let score = inferred["heads"]?["probe"]?["effusion"]?.doubleValue
            #expect((0...1).contains(try #require(score)))
            #expect(
                inferred["adapters"]?.arrayValue?.first?["digest"] == record["digest"])
        }
    }
}
