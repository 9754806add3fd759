import Foundation
import Testing
import VigilCore

extension EndToEndAnswers {
    /// `vigil evaluate` and `vigil tune` on files.
    @Suite("Learning commands", .serialized)
    struct LearningCommandTests {
        private func json(_ run: CommandRun) throws -> JSONValue {
            try JSONParser.parse(Array((run.output.first ?? "").utf8), limits: .modelFile)
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
                try RunFolder.write(truth.joined(separator: "\n"), "truth.csv"),
                try RunFolder.write(lines.joined(separator: "\n"), "run.jsonl")
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
            let bad = try RunFolder.write("study,effusion\nMaria,unclear\n", "bad.csv")
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
                    head, "--replicates", "100", "--json",
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

        /// A folder of images with a bright left or right half, two of each patient in folders of
        /// their own, and the truth of it.
        private func halves(_ count: Int) throws -> (images: String, truth: String) {
            var generator = SplitMix64(seed: 23)
            let folder = try RunFolder.make()
            var truth = ["file,study,patient,effusion"]
            for index in 0..<count {
                let isRight = generator.below(2) == 1
                let pixels = (0..<4096).map { place in
                    let isBright = (place % 64 >= 32) == isRight
                    return UInt8(generator.below(60) + (isBright ? 150 : 40))
                }
                var made = MadeDicom(study: "2.25.\(index)")
                made.set(0x7fe0, 0x0010, "OB", bytes: pixels)
                let place = "\(folder)/p\(index / 2)"
                try FileManager.default.createDirectory(
                    atPath: place, withIntermediateDirectories: true)
                try Data(made.file).write(to: URL(fileURLWithPath: "\(place)/\(index).dcm"))
                truth.append("\(index).dcm,2.25.\(index),p\(index / 2),\(isRight ? 1 : 0)")
            }
            // What no row names, and what is no image, is of no use.
            try Data("no image".utf8).write(to: URL(fileURLWithPath: "\(folder)/p0/notes.txt"))
            return (folder, try RunFolder.write(truth.joined(separator: "\n"), "truth.csv"))
        }

        @Test(
            "LoRA is trained from images, the same on any number of threads, and runs with its head"
        )
        func lora() throws {
            let model = try RunFolder.make() + "/clip"
            #expect(try CommandRun(["model", "untrained", "--size", "tiny", model]).code == 0)
            let (images, truth) = try halves(120)
            let out = try RunFolder.make() + "/site.safetensors"
            let arguments = [
                "tune", "--model", model, "--truth", truth, "--images", images, "--out", out,
                "--method", "lora", "--epochs", "4", "--step-images", "16", "--rank", "4",
                "--replicates", "50", "--json", "--scratch", try RunFolder.make(),
            ]
            let tuned = try CommandRun(arguments + ["--threads", "1"])
            #expect(tuned.code == 0, "\(tuned.error)")
            let record = try json(tuned)
            #expect(record["studies"]?["skipped"]?.intValue == 1)
            let area = record["test"]?.arrayValue?.first?["auroc"]?["value"]?.doubleValue
            #expect(try #require(area) > 0.8)
            let losses = record["lora"]?["validation_losses"]?.arrayValue ?? []
            #expect(losses.count >= 2)
            let again = try json(CommandRun(arguments + ["--threads", "2"]))
            #expect(again["digest"] == record["digest"])
            #expect(again["lora"]?["digest"] == record["lora"]?["digest"])

            let lora = try #require(record["lora"]?["file"]?.stringValue)
            #expect(lora.hasSuffix("/site.lora.safetensors"))
            let infer = ["infer", "--model", model, "--json", "--adapter", out]
            let image = "\(images)/p0/0.dcm"
            let both = try CommandRun(infer + ["--adapter", lora, image])
            let score = try json(both)["heads"]?["site"]?["effusion"]?.doubleValue
            #expect((0...1).contains(try #require(score)))
            // The head belongs to the adapted encoder and to no other.
            let alone = try CommandRun(infer + [image])
            #expect(alone.code == 65 && alone.error.contains("merged"))
        }

        @Test("images serve a probe as well, and options that do not belong together are refused")
        func imagesAndOptions() throws {
            let model = try RunFolder.make() + "/clip"
            #expect(try CommandRun(["model", "untrained", "--size", "tiny", model]).code == 0)
            let (images, truth) = try halves(80)
            let out = try RunFolder.make() + "/site.safetensors"
            let base = ["tune", "--model", model, "--truth", truth, "--out", out, "--json"]
            let probe = try CommandRun(base + ["--images", images, "--replicates", "50"])
            #expect(probe.code == 0, "\(probe.error)")
            let embedded = try CommandRun(
                ["infer", "--model", model, "--embedding", "--json"]
                    + (0..<80).map { "\(images)/p\($0 / 2)/\($0).dcm" })
            let lines = try RunFolder.write(embedded.output.joined(separator: "\n"), "run.jsonl")
            let same = try CommandRun(base + ["--embeddings", lines, "--replicates", "50"])
            let found = (try json(same), try json(probe))
            #expect(found.0["test"] != nil && found.0["test"] == found.1["test"])
            #expect(found.0["labels"] == found.1["labels"])
            for (arguments, code, word) in [
                ([], 64, "images"), (["--method", "lora"], 64, "images"),
                (["--images", images, "--rank", "4"], 64, "method lora"),
                (["--images", images, "--embeddings", lines], 64, "embeddings"),
                (["--images", images, "--method", "lora", "--blocks", "9"], 64, "layers"),
                (["--images", images, "--method", "lora", "--site", "patient"], 64, "site"),
                (["--images", images + "/none"], 66, "cannot be read"),
                (["--images", images, "--out", images + "/no/x.safetensors"], 74, "written"),
            ] {
                let isElsewhere = arguments.contains("--out")
                let given = isElsewhere ? base.filter { $0 != out && $0 != "--out" } : base
                let run = try CommandRun(given + arguments)
                #expect(run.code == code, "\(arguments) \(run.error)")
                #expect(run.error.contains(word), "\(run.error)")
            }
        }
    }
}
