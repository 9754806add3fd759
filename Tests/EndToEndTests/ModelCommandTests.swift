import Foundation
import Testing
import VigilCore

extension EndToEndAnswers {
    /// `vigil model convert`, `verify` and `inspect` on tiny models in the layouts of real ones.
    @Suite("Model commands", .serialized)
    struct ModelCommandTests {
        private func json(_ run: CommandRun) throws -> JSONValue {
            try JSONParser.parse(Array((run.output.first ?? "").utf8))
        }

        @Test(
            "a checkpoint is converted, recorded, verified and inspected",
            arguments: ["dinov2", "bert", "siglip"])
        func families(family: String) throws {
            let folder = try ModelFolder(family)
            let first = try folder.verify()
            #expect(first.code == 0, "\(first.error)")
            #expect(first.output.last?.contains("not recorded") == true)
            let recorded = try folder.verify(["--record", "--json"])
            #expect(recorded.code == 0, "\(recorded.error)")
            let answer = try #require(try json(recorded)["known_answer"])
            #expect(answer["state"]?.stringValue == "recorded")
            #expect((answer["image"]?.stringValue != nil) == (family != "bert"))
            #expect((answer["text"]?.stringValue != nil) == (family != "dinov2"))
            let again = try json(folder.verify(["--json"]))
            #expect(again["known_answer"]?["state"]?.stringValue == "matches")
            #expect(again["digest"] == (try json(recorded))["digest"])
            #expect(again["without_digest"]?.arrayValue?.isEmpty == true)
            let inspected = try json(
                CommandRun(["model", "inspect", "--json", "--model", folder.path]))
            #expect(
                try inspected
                    == json(CommandRun(["model", "inspect", "--json", folder.path])))
            #expect(inspected["family"]?.stringValue == family)
            #expect(inspected["digest"] == again["digest"])
            #expect(inspected["embedding_width"]?.intValue == 32)
        }

        @Test("infer gives the embeddings of a model without texts, and of none without images")
        func inferWithoutTexts() throws {
            let model = try ModelFolder("dinov2")
            let files = ["SC_rgb.dcm", "RG1_UNCR.dcm"].map { Images.path($0) }
            let run = try CommandRun(
                ["infer", "--model", model.path, "--json", "--embedding"] + files)
            #expect(run.code == 0, "\(run.error)")
            for line in run.output {
                let object = try JSONParser.parse(Array(line.utf8))
                #expect(object["embedding"]?.arrayValue?.count == 32)
                #expect(object["scores"]?.objectValue?.count == 0)
            }
            #expect(run.output.count == 2)
            let texts = try CommandRun(
                ["infer", "--model", ModelFolder("bert").path, files[0]])
            #expect(texts.code == 64)
            #expect(texts.error.contains("bert takes no images") && texts.error.contains("--text"))
        }

        @Test("infer gives the embeddings of the lines of a text file and of standard input")
        func inferTexts() throws {
            let (model, folder) = (try ModelFolder("bert").path, try RunFolder.make())
            let file = folder + "/lines.txt"
            var bytes = Data("small effusion\n\nright pleural effusion\r\n".utf8)
            bytes += [0x61, 0xFF, 0x0A] + Data("small effusion".utf8)
            try bytes.write(to: URL(fileURLWithPath: file))
            let infer = ["infer", "--model", model, "--text", "--json"]
            let run = try CommandRun(infer + ["--embedding", "--batch", "2", file])
            #expect(run.code == 65, "\(run.error)")
            let rows = try run.output.map { try JSONParser.parse(Array($0.utf8)) }
            #expect(rows.map { $0["line"]?.intValue } == [1, 2, 3, 4, 5])
            #expect(rows.allSatisfy { $0["file"]?.stringValue == file })
            #expect(rows[3]["error"]?["code"]?.stringValue == "bad_line")
            for row in [rows[0], rows[1], rows[2], rows[4]] {
                let numbers = try #require(row["embedding"]?.arrayValue).compactMap(\.doubleValue)
                #expect(numbers.count == 32)
                #expect(abs(numbers.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
            }
            #expect(rows[0]["embedding"] == rows[4]["embedding"])
            #expect(
                rows[0]["digest"] == rows[4]["digest"] && rows[0]["digest"] != rows[2]["digest"])
            let piped = try CommandRun(
                shell: "printf 'small effusion\n' | '\(Programs.vigil)' "
                    + (infer + ["-"]).joined(separator: " "))
            #expect(piped.code == 0, "\(piped.error)")
            let line = try JSONParser.parse(Array((piped.output.first ?? "").utf8))
            #expect(line["digest"] == rows[0]["digest"] && line["embedding"] == nil)
            #expect(piped.output.count == 1)
            let missing = try CommandRun(infer + [folder + "/none.txt"])
            #expect(missing.code == 65 && missing.output[0].contains("cannot_read"))
            let images = try CommandRun(
                ["infer", "--model", ModelFolder("dinov2").path, "--text", file])
            #expect(images.code == 64 && images.error.contains("dinov2 takes no texts"))
        }

        @Test("the known answer is the same on every instruction set and number of threads")
        func instructionSets() throws {
            let path = try RunFolder.make() + "/clip"
            #expect(try CommandRun(["model", "untrained", "--size", "tiny", path]).code == 0)
            let verify = ["model", "verify", path, "--json"]
            #expect(try CommandRun(verify + ["--record"]).code == 0)
            var answers = 0
            for set in ["scalar", "avx2", "avx512", "avx512vnni", "neon", "neondotprod"] {
                let run = try CommandRun(verify + ["--isa", set, "--threads", "1"])
                if run.error.contains("This processor cannot run") { continue }
                #expect(run.code == 0, "\(set): \(run.error)")
                let state = try json(run)["known_answer"]?["state"]?.stringValue
                #expect(state == "matches", "\(set)")
                answers += 1
            }
            #expect(answers >= 1)
        }

        /// What is wrong with a model, and what does it.
        private static let damages: [(String, @Sendable (ModelFolder) throws -> Void)] = [
            (
                "model.safetensors has SHA-256",
                { try $0.setFirstElement(of: "layernorm.bias", to: 0) }
            ),
            (
                "tensor encoder.layer.0.mlp.fc1.weight is NaN or infinite at element 0",
                {
                    try $0.removeMember("files")
                    try $0.setFirstElement(of: "encoder.layer.0.mlp.fc1.weight", to: 0x7E00)
                }
            ),
            (
                "the model has no tensor layernorm.weight of shape [32]",
                {
                    try $0.removeMember("files")
                    try $0.replaceInHeader("\"layernorm.weight\"", "\"layernorm.wieght\"")
                }
            ),
            (
                "projection.weight has shape [32, 8, 3, 8], expected [32, 3, 8, 8]",
                {
                    try $0.removeMember("files")
                    try $0.replaceInHeader("[32,3,8,8]", "[32,8,3,8]")
                }
            ),
            (
                "the embedding of the made image has SHA-256",
                {
                    #expect(try $0.verify(["--record"]).code == 0)
                    try $0.removeMember("files")
                    try $0.setFirstElement(of: "layernorm.bias", to: 0x3C00)
                }
            ),
            (
                "vigil.json, knownAnswer: it has no version",
                {
                    try Data("{\"knownAnswer\": {}}".utf8).write(to: $0.file("vigil.json"))
                }
            ),
        ]

        @Test("verify names the file or tensor that is wrong, exit code 65")
        func wrongData() throws {
            for (reason, damage) in Self.damages {
                let folder = try ModelFolder("dinov2")
                try damage(folder)
                let run = try folder.verify()
                #expect(run.code == 65, "\(reason): \(run.error)")
                #expect(run.error.contains(reason), "\(run.error)")
                let machine = try folder.verify(["--json"])
                #expect(machine.code == 65)
                #expect(try json(machine)["ok"] == false)
                #expect(
                    try json(machine)["error"]?["what"]?.stringValue?.contains(reason) == true)
            }
        }

        @Test("verify names what is not there, exit code 66")
        func missingData() throws {
            let nowhere = try CommandRun(["model", "verify", "/nowhere/model"])
            #expect(nowhere.code == 66)
            #expect(nowhere.error.contains("/nowhere/model"))
            for name in ["config.json", "model.safetensors", "preprocessor_config.json"] {
                let folder = try ModelFolder("dinov2")
                try folder.remove(name)
                let run = try folder.verify()
                #expect(run.code == 66, "\(name): \(run.error)")
                #expect(run.error.contains(name), "\(run.error)")
            }
        }

        @Test("convert refuses by name and writes nothing")
        func refusals() throws {
            let folder = try RunFolder.make()
            let hostile = folder + "/hostile.pkl"
            try Data("(ios\nsystem\n.".utf8).write(to: URL(fileURLWithPath: hostile))
            let checkpoint = ModelFolder.checkpoint("bert")
            let used = try ModelFolder("bert").path
            let cases: [([String], Int32, String)] = [
                ([hostile, folder + "/a"], 65, "asks for os.system"),
                ([folder + "/none.pt", folder + "/b"], 66, "none.pt"),
                ([checkpoint, used], 64, "holds a model already"),
                ([checkpoint, folder + "/c", "--key", "ema"], 64, "there is no key ema"),
                ([used + "/config.json", folder + "/d"], 65, "no torch file"),
                ([checkpoint], 64, "DST is missing"),
            ]
            for (arguments, code, hint) in cases {
                let run = try CommandRun(["model", "convert"] + arguments)
                #expect(run.code == code, "\(arguments): \(run.error)")
                #expect(run.error.contains(hint), "\(run.error)")
            }
            for name in ["a", "b", "c", "d"] {
                let files = try? FileManager.default.contentsOfDirectory(
                    atPath: folder + "/" + name)
                #expect(files?.isEmpty != false, "\(name): \(files ?? [])")
            }
        }
    }
}
