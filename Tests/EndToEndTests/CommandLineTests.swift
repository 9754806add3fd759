import BrokerTestKit
import Foundation
import Testing
import VigilCore

extension EndToEndAnswers {
    @Suite("Command line", .serialized)
    struct CommandLineTests {
        /// A worker's arguments that are right but for what a test adds.
        private func worker(_ added: [String]) throws -> CommandRun {
            try CommandRun(
                [
                    "worker", "--bootstrap", "127.0.0.1:1", "--model", try RunFolder.model.get(),
                    "--input-root", Images.folder, "--instance", "a",
                    "--set", "startup.timeout-ms=2000",
                ] + added, within: .seconds(30))
        }

        @Test("wrong flags are named with what was meant, exit code 64")
        func wrongFlags() throws {
            let cases: [([String], String)] = [
                (["worker", "--bootstrp", "x"], "'--bootstrap'"), (["wroker"], "'worker'"),
                (["worker"], "--bootstrap is missing"), ([], "--help"),
                (["infer", "--model", "x"], "FILE is missing"),
                (["infer", "--model", "x", "--batch", "0", "y"], "from 1 to 1024"),
                (["topics", "create"], "--bootstrap is missing"),
            ]
            for (arguments, hint) in cases {
                let run = try CommandRun(arguments)
                #expect(run.code == 64, "\(arguments)")
                #expect(run.error.contains(hint), "\(run.error)")
                #expect(run.output == [])
            }
        }

        @Test("a bad configuration is named by file, line and remedy, exit code 78")
        func badConfiguration() throws {
            let folder = try RunFolder.make()
            let file = folder + "/vigil.yaml"
            let cases = [
                ("batch:\n  size-max: 0\n", "vigil.yaml:2:3:", "from 1 to 256"),
                ("batch:\n  sizemax: 4\n", "vigil.yaml:2:3:", "'batch.size-max'"),
                ("worker: [\n", "vigil.yaml:2:1:", "YAML"),
            ]
            for (text, place, hint) in cases {
                try text.write(toFile: file, atomically: false, encoding: .utf8)
                let run = try worker(["--config", file])
                #expect(run.code == 78)
                #expect(run.error.contains(place) && run.error.contains(hint), "\(run.error)")
            }
            let settings = [
                ("batch.size-max=zero", "batch.size-max"),
                ("batch.sizemax=4", "'batch.size-max'"), ("kafka.nonsense=1", "nonsense"),
                ("kafka.acks=0", "kafka.acks"), ("energy.method=guess", "energy.method"),
            ]
            for (setting, hint) in settings {
                let run = try worker(["--set", setting])
                #expect(run.code == 78, "\(setting)")
                #expect(run.error.contains(hint), "\(run.error)")
            }
        }

        @Test("a model or an input root that is missing is named")
        func missingInputs() throws {
            let start = [
                "worker", "--bootstrap", "127.0.0.1:1", "--instance", "a",
                "--set", "startup.timeout-ms=2000",
            ]
            let made = try RunFolder.model.get()
            let cases: [([String], Int32, String)] = [
                (["--model", "/nowhere/model", "--input-root", "/tmp"], 66, "/nowhere/model"),
                (["--model", made, "--input-root", "/nowhere/files"], 78, "/nowhere/files"),
                (["--model", made], 78, "input.roots"),
                (["--input-root", "/tmp"], 78, "model.directory"),
            ]
            for (arguments, code, hint) in cases {
                let run = try CommandRun(start + arguments, within: .seconds(30))
                #expect(run.code == code, "\(arguments): \(run.error)")
                #expect(run.error.contains(hint), "\(run.error)")
            }
        }

        @Test("a broker out of reach is told within the set time, exit code 69")
        func brokerOutOfReach() throws {
            let worker = try worker([])
            #expect(worker.code == 69)
            #expect(worker.error.contains("broker_out_of_reach"))
            let topics = try CommandRun(["topics", "create", "--bootstrap", "127.0.0.1:1"])
            #expect(topics.code == 69, "\(topics.error)")
            #expect(topics.error.contains("Connection refused"), "\(topics.error)")
        }

        @Test("infer gives one object a line and file, in order, whatever the batch")
        func infer() throws {
            let model = try RunFolder.model.get()
            let names = [
                "SC_rgb.dcm", "693_UNCR.dcm", "RG1_J2KR.dcm", "liver.dcm", "RG1_UNCR.dcm",
                "SC_rgb.dcm",
            ]
            var files = names.map { Images.path($0) }
            files[1] = try RunFolder.make() + "/cut.dcm"
            let whole = try Images.bytes(names[1])
            try Data(whole.prefix(whole.count / 2)).write(to: URL(fileURLWithPath: files[1]))
            let runs = try [["--batch", "1"], ["--batch", "4", "--threads", "1"], []].map {
                try CommandRun(
                    ["infer", "--model", model, "--json", "--embedding"] + $0 + files)
            }
            for run in runs {
                #expect(run.code == 65, "one file cannot be read")
                #expect(run.output == runs[0].output)
            }
            let lines = try runs[0].output.map { try JSONParser.parse(Array($0.utf8)) }
            #expect(lines.map { $0["file"]?.stringValue } == files)
            #expect(lines[1]["error"]?["code"]?.stringValue == "truncated")
            #expect(lines[1]["digest"] == nil)
            #expect(lines[3]["left_out"] == "segmentation" && lines[3]["scores"] == nil)
            let digests = lines.map { $0["digest"]?.stringValue }
            #expect(digests[2] == digests[4], "a lossless copy")
            #expect(digests[0] == digests[5], "the same file")
            #expect(Set(digests.compactMap { $0 }).count == 2)
            let embedding = lines[0]["embedding"]?.arrayValue?.compactMap(\.doubleValue) ?? []
            let length = embedding.reduce(0) { $0 + $1 * $1 }
            #expect(abs(length - 1) < 1e-4)
            #expect(lines[0]["scores"]?.objectValue?.count == 10)

            let plain = try CommandRun(["infer", "--model", model, "--json", files[0]])
            #expect(plain.code == 0)
            let object = try JSONParser.parse(Array((plain.output.first ?? "").utf8))
            #expect(object["embedding"] == nil)
            #expect(object["digest"]?.stringValue == digests[0])
        }
    }
}
