import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    /// Adapters and CheXzero through the commands.
    @Suite("Adaptation", .serialized)
    struct AdaptationTests {
        private func json(_ line: String?) throws -> JSONValue {
            try JSONParser.parse(Array((line ?? "").utf8))
        }

        @Test("CheXzero's checkpoint in OpenAI's layout gives PyTorch's embedding and scores")
        func cheXzero() throws {
            let models = Checkout.root + "/Tests/EndToEndTests/Models/chexzero"
            let folder = try RunFolder.make() + "/chexzero"
            let converted = try CommandRun([
                "model", "convert", models + "/model.pt", folder, "--preset", "chexzero",
                "--licence", "MIT", "--source", "a test", "--intended-use", "none",
            ])
            #expect(converted.code == 0, "\(converted.error)")
            #expect(try CommandRun(["model", "verify", folder]).code == 0)
            let facts = try json(
                String(contentsOfFile: folder + "/vigil.json", encoding: .utf8))
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(
                facts["files"]?.objectValue?.members.map(\.name).sorted()
                    == names.filter { $0 != "vigil.json" }.sorted())
            #expect(facts["licence"] == "MIT" && facts["source"] == "a test")
            #expect(facts["intendedUse"] == "none")
            let run = try CommandRun([
                "infer", "--model", folder, "--json", "--embedding", models + "/film.png",
            ])
            #expect(run.code == 0, "\(run.error)")
            let found = try json(run.output.first)
            let expected = try json(
                String(contentsOfFile: models + "/expected.json", encoding: .utf8))
            let pairs = zip(
                try #require(found["embedding"]?.arrayValue).compactMap(\.doubleValue),
                try #require(expected["embedding"]?.arrayValue).compactMap(\.doubleValue))
            // 2.7e-7 was found.
            #expect(pairs.allSatisfy { abs($0 - $1) <= 2e-6 })
            for score in try #require(expected["scores"]?.objectValue).members {
                let probability = try #require(found["scores"]?[score.name]?.doubleValue)
                #expect(abs(probability - (score.value.doubleValue ?? 0)) <= 1e-6)
            }
            #expect(found["flags"] == nil)
        }

        @Test("a CLIP without configuration needs its activation stated, and gets one then")
        func activation() throws {
            let source = Checkout.root + "/Tests/EndToEndTests/Models/chexzero/model.pt"
            let folder = try RunFolder.make()
            let silent = try CommandRun(["model", "convert", source, folder + "/a"])
            #expect(silent.code == 0)
            #expect(silent.output.contains { $0.contains("--activation") })
            #expect(try CommandRun(["model", "verify", folder + "/a"]).code == 66)
            for word in ["gelu", "quick_gelu"] {
                let path = folder + "/" + word
                #expect(
                    try CommandRun(["model", "convert", source, path, "--activation", word]).code
                        == 0)
                let text = try String(contentsOfFile: path + "/config.json", encoding: .utf8)
                #expect(try json(text)["vision_config"]?["hidden_act"] == .string(word))
            }
            let wrong = try CommandRun([
                "model", "convert", source, folder + "/b", "--activation", "relu",
            ])
            #expect(wrong.code == 64)
        }

        @Test("infer and inspect take adapters, and say which")
        func adapters() throws {
            let model = try RunFolder.model.get()
            let path = try RunFolder.make() + "/probe.safetensors"
            let digest = try MadeAdapter.probe(
                to: path, base: MadeAdapter.base(model), width: 64)
            let file = Images.path("SC_rgb.dcm")
            let arguments = ["infer", "--model", model, "--json", file]
            let plain = try json(CommandRun(arguments).output.first)
            let run = try CommandRun(arguments + ["--adapter", path])
            #expect(run.code == 0, "\(run.error)")
            let found = try json(run.output.first)
            #expect(found["scores"] == plain["scores"] && found["digest"] == plain["digest"])
            #expect(plain["adapters"] == nil && plain["heads"] == nil)
            #expect(found["adapters"]?.arrayValue?.first?["digest"] == .string(digest.hex))
            let score = found["heads"]?["site-probe"]?["pneumothorax"]?.doubleValue
            #expect(score.map { (0...1).contains($0) } == true)
            let inspected = try json(
                CommandRun(["model", "inspect", model, "--json", "--adapter", path]).output.first)
            #expect(inspected["adapters"]?.arrayValue?.count == 1)
            #expect(inspected["weights_digest"] == .string(try MadeAdapter.base(model)))
        }

        @Test("a probe makes findings of a model without texts, and without one there is no worker")
        func imagesAlone() throws {
            let folder = try ModelFolder("dinov2")
            try FileManager.default.createDirectory(
                atPath: folder.path + "/adapters", withIntermediateDirectories: true)
            let none = try CommandRun([
                "worker", "--bootstrap", "127.0.0.1:1", "--group", "g", "--instance", "i",
                "--model", folder.path, "--input-root", Images.folder,
            ])
            #expect(none.code == 66 && none.error.contains("--adapter"), "\(none.error)")
            try MadeAdapter.probe(
                to: folder.path + "/adapters/p.safetensors",
                base: MadeAdapter.base(folder.path), width: 32)
            let run = try CommandRun(
                ["infer", "--model", folder.path, "--json", Images.path("SC_rgb.dcm")])
            let found = try json(run.output.first)
            #expect(found["heads"]?["site-probe"]?.objectValue?.count == 1, "\(run.error)")
            let verified = try json(folder.verify(["--json", "--precision", "int8"]).output.first)
            #expect(verified["adapters"]?.arrayValue?.count == 1)
            #expect(verified["cosine"]?.doubleValue.map { $0 >= 0.999 } == true)
            try MadeAdapter.probe(
                to: folder.path + "/adapters/p.safetensors",
                base: MadeAdapter.base(folder.path), width: 31)
            let refused = try folder.verify()
            #expect(refused.code == 65 && refused.error.contains("found 31"), "\(refused.error)")
        }

        @Test("adapters that do not belong are refused with what was expected and found")
        func refusals() throws {
            let model = try RunFolder.model.get()
            let folder = try RunFolder.make()
            let base = try MadeAdapter.base(model)
            let other = String(repeating: "b", count: 64)
            try MadeAdapter.probe(to: folder + "/base.safetensors", base: other, width: 64)
            try MadeAdapter.probe(to: folder + "/width.safetensors", base: base, width: 63)
            try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/short.safetensors"))
            let cases = [
                ("base", "expected \(base), the model's weights, found \(other)"),
                ("width", "expected 64, the model's embedding, found 63"),
                ("short", "fewer than 8 bytes"), ("missing", "missing.safetensors"),
            ]
            for (name, reason) in cases {
                let adapter = ["--adapter", "\(folder)/\(name).safetensors"]
                for command in [
                    ["infer", "--model", model, Images.path("SC_rgb.dcm")],
                    ["model", "inspect", model],
                    [
                        "worker", "--bootstrap", "127.0.0.1:1", "--group", "g", "--instance", "i",
                        "--model", model, "--input-root", Images.folder,
                    ],
                ] {
                    let run = try CommandRun(command + adapter)
                    #expect(run.code == (name == "missing" ? 66 : 65), "\(name): \(run.error)")
                    #expect(run.error.contains(reason), "\(name): \(run.error)")
                }
            }
        }
    }

    /// Adapters and the cache of embeddings in a worker.
    @Suite(
        "Adapted worker", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct AdaptedWorkerTests {
        @Test("findings carry the adapters, their heads' results, and an identity of their own")
        func adapters() throws {
            let model = try RunFolder.model.get()
            let path = try RunFolder.make() + "/probe.safetensors"
            let digest = try MadeAdapter.probe(
                to: path, base: MadeAdapter.base(model), width: 64)
            let message = StudyMessage("a", files: [Images.path("SC_rgb.dcm")])
            var findings: [Finding] = []
            for settings in [[], ["model.adapters=\(path)"]] {
                let scene = try Scene(anyBroker)
                let audit = try scene.audit()
                try scene.send([message])
                let worker = try scene.startWorker(settings: settings)
                try audit.await(1, within: .seconds(120), worker: worker)
                try worker.stop()
                findings.append(try audit.finding("a"))
            }
            let (plain, adapted) = (findings[0], findings[1])
            #expect(plain.assessed?.model.adapters == [])
            #expect(adapted.assessed?.model.adapters.map(\.digest) == [digest])
            #expect(adapted.assessed?.model.adapters.map(\.kind) == ["linear-probe"])
            #expect(plain.findingID != adapted.findingID)
            #expect(plain.assessed?.output == adapted.assessed?.output)
            let ofHead = adapted.findings.filter { $0.head == "site-probe" }
            #expect(ofHead.map(\.code) == ["pneumothorax"] && ofHead[0].evidence != nil)
            #expect(Array(adapted.findings.dropLast()) == plain.findings)
            #expect(adapted.decision.policy != plain.decision.policy)
        }

        @Test("an image outside the training domain is marked in its finding, one inside is not")
        func domain() throws {
            let model = try RunFolder.model.get()
            let base = try MadeAdapter.base(model)
            for (limit, isOutside) in [(0.5, true), (1.5, false)] {
                let path = try RunFolder.make() + "/domain.safetensors"
                try MadeAdapter.domain(to: path, base: base, width: 64, limit: limit)
                let scene = try Scene(anyBroker)
                let audit = try scene.audit()
                try scene.send([StudyMessage("a", files: [Images.path("SC_rgb.dcm")])])
                let worker = try scene.startWorker(settings: ["model.adapters=\(path)"])
                try audit.await(1, within: .seconds(120), worker: worker)
                try worker.stop()
                let finding = try audit.finding("a")
                let flags = finding.instances.flatMap(\.flags)
                #expect(flags.contains("outside_training_domain") == isOutside)
                #expect(finding.assessed?.model.adapters.map(\.kind) == ["training-domain"])
                #expect(finding.findings.allSatisfy { $0.head == nil })
            }
        }

        @Test("a study seen again costs no pass, gives the same bits, and says what was saved")
        func embeddingCache() throws {
            let scene = try Scene(anyBroker)
            let audit = try scene.audit()
            let folder = try RunFolder.make()
            let file = Images.path("RG1_UNCR.dcm")
            let settings = [
                "cache.directory=\(folder)", "cache.embeddings-max-mb=1", "log.level=debug",
            ]
            let worker = try scene.startWorker(settings: settings)
            let port = try worker.port()
            for (index, name) in ["RG1_UNCR", "RG1_UNCR", "RG1_J2KR"].enumerated() {
                try scene.send([StudyMessage("s\(index)", files: [Images.path("\(name).dcm")])])
                try audit.await(index + 1, within: .seconds(120), worker: worker)
            }
            let metrics = HTTPExchange(port: port, path: "/metrics").body
            #expect(metrics.contains("vigil_embedding_cache_lookups_total{outcome=\"hit\"} 2"))
            #expect(metrics.contains("vigil_embedding_cache_lookups_total{outcome=\"miss\"} 1"))
            #expect(metrics.contains("vigil_energy_saved_joules_total{source="))
            try worker.stop()
            // A worker that starts later finds them as well.
            let next = try scene.startWorker(settings: settings)
            try scene.send([StudyMessage("s3", files: [file])])
            try audit.await(4, within: .seconds(120), worker: next)
            try next.stop()
            let findings = try (0..<4).map { try audit.finding("s\($0)") }
            for (index, finding) in findings.enumerated() {
                #expect(finding.run.cache?.images == 1)
                #expect(finding.run.cache?.hits == (index == 0 ? 0 : 1))
                #expect(finding.assessed?.output == findings[0].assessed?.output)
                #expect(finding.findings == findings[0].findings)
            }
            let saved = try #require(findings[1].run.cache?.saved)
            #expect(saved > .zero)
            #expect(findings[2].run.cache?.saved == saved)
            let record = try EnergyDecoder.decode(try #require(audit.energy["s1"]?.first))
            guard case .study(let share) = record.subject else {
                Issue.record("no study")
                return
            }
            #expect(share.saved == saved)
        }

        @Test("an image whose range does not fit is flagged on its finding")
        func flags() throws {
            let scene = try Scene(anyBroker)
            var made = MadeDicom()
            made.set(0x7fe0, 0x0010, "OB", bytes: [UInt8](repeating: 0, count: 4096))
            let black = try scene.write(made.file, to: "black.dcm")
            let audit = try scene.audit()
            try scene.send([
                StudyMessage("black", files: [black], study: "2.25.1"),
                StudyMessage("film", files: [Images.path("RG1_UNCR.dcm")]),
            ])
            let worker = try scene.startWorker()
            try audit.await(2, within: .seconds(120), worker: worker)
            try worker.stop()
            let ranges = ["black", "film"].map { name in
                (try? audit.finding(name).instances[0].flags)?.contains("constant_image")
            }
            #expect(ranges == [true, false])
        }
    }
}
