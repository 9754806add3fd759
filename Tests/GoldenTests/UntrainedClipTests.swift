import FileKit
import FoundationModel
import Glibc
import Imaging
import Tensor
import Testing
import VigilCore
import Weights

@Suite("Model folder")
struct UntrainedClipTests {
    func write(_ name: String, _ bytes: [UInt8], _ folder: TestFolder) throws {
        let file = try #require(fopen("\(folder.path)/\(name)", "wb"))
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    /// A tiny model's folder without `vigil.json`, so that a test may change its files.
    func editable() throws -> TestFolder {
        let folder = try TestFolder()
        try UntrainedClip.write(to: folder.path, seed: 5, size: .tiny)
        unlink("\(folder.path)/vigil.json")
        return folder
    }

    func refusal(of folder: TestFolder) -> ModelError? {
        do throws(ModelError) {
            _ = try ClipModel.load(directory: folder.path)
            return nil
        } catch { return error }
    }

    @Test("the untrained model loads, says that it is untrained, and gives the bits of its seed")
    func roundTrip() throws {
        let folder = try TestFolder()
        try UntrainedClip.write(to: folder.path, seed: 5, size: .tiny)
        let model = try ClipModel.load(directory: folder.path)
        #expect(!model.identity.isValidated)
        #expect(model.identity.trainedOn == nil)
        #expect(model.identity.name == "untrained-clip-tiny")
        #expect(model.identity.intendedUse.contains("Not for any clinical use"))
        #expect(model.preprocessing.width == 32)
        #expect(abs(model.logitScale - 14.2848) < 1e-3)
        let configuration = UntrainedClip.Size.tiny.configuration
        let generated = try ClipModel.make(
            source: SeededWeights(seed: 5, configuration: configuration),
            configuration: configuration, identity: .generated)
        let image = GoldenVectors.numbers("x", scale: 2, count: model.imagePixels)
        #expect(try model.encode(images: [image]) == generated.encode(images: [image]))
        let again = try TestFolder()
        try UntrainedClip.write(to: again.path, seed: 5, size: .tiny)
        #expect(try ClipModel.load(directory: again.path).identity == model.identity)
        try UntrainedClip.write(to: again.path, seed: 6, size: .tiny)
        #expect(try ClipModel.load(directory: again.path).identity.digest != model.identity.digest)
    }

    @Test(
        "every size has the vocabulary of the tiny one, which loads",
        arguments: UntrainedClip.Size.allCases)
    func vocabulary(size: UntrainedClip.Size) {
        let tiny = UntrainedClip.Size.tiny.configuration.text
        #expect(size.configuration.text.vocabularySize == tiny.vocabularySize)
    }

    @Test("a changed file is refused by the digests of vigil.json")
    func digests() throws {
        for name in ["model.safetensors", "config.json", "merges.txt"] {
            let folder = try TestFolder()
            try UntrainedClip.write(to: folder.path, seed: 5, size: .tiny)
            var bytes = try #require(TestFiles.read("\(folder.path)/\(name)"))
            bytes[bytes.count - 5] ^= 1
            try write(name, bytes, folder)
            let error = try #require(refusal(of: folder))
            guard case .weights(.digestMismatch) = error else {
                Issue.record("\(name): \(error)")
                continue
            }
            #expect(error.disposition == .shutDown(.dataError))
        }
    }

    @Test("the cache of packed weights gives the same bits, and a damaged one is made anew")
    func packedCache() throws {
        let folder = try editable()
        let cache = try TestFolder()
        var options = ModelOptions(precision: .int8)
        let plain = try ClipModel.load(directory: folder.path, options: options)
        #expect(plain.report.cache == .off)
        options.cacheDirectory = cache.path
        let image = GoldenVectors.numbers("x", scale: 2, count: plain.imagePixels)
        let expected = try plain.encode(images: [image])
        for use in [LoadReport.Cache.written, .used] {
            let model = try ClipModel.load(directory: folder.path, options: options)
            #expect(model.report.cache == use)
            #expect(try model.encode(images: [image]) == expected)
        }
        for path in files("\(cache.path)/packed-\(PackedLayout.version)") {
            var bytes = try #require(TestFiles.read(path))
            bytes[bytes.count / 2] ^= 4
            let file = try #require(fopen(path, "wb"))
            fwrite(bytes, 1, bytes.count, file)
            fclose(file)
        }
        let model = try ClipModel.load(directory: folder.path, options: options)
        #expect(model.report.cache == .written)
        #expect(try model.encode(images: [image]) == expected)
    }

    private func files(_ folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var paths: [String] = []
        while let item = readdir(stream) {
            let name = withUnsafePointer(to: &item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".bin") { paths.append("\(folder)/\(name)") }
        }
        return paths
    }

    @Test(
        "prompts score, the cache keeps their bits, and a prompt set's digest follows its content")
    func scores() throws {
        let folder = try editable()
        let cache = try TestFolder()
        let model = try ClipModel.load(directory: folder.path)
        let bytes = try #require(TestFiles.read("\(folder.path)/\(PromptSet.fileName)"))
        let prompts = try PromptSet(json: bytes, file: "prompts.json")
        #expect(prompts == PromptSet.chestXRay)
        #expect(prompts.digest == PromptSet.chestXRay.digest)
        let head = try ZeroShotHead(model: model, prompts: prompts)
        let pixels = (0..<64 * 64).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let image = try #require(GreyImage(width: 64, height: 64, pixels: pixels))
        let result = try ImageClassifier(model: model, head: head).classify(
            [image, image], batch: 2)
        #expect(result.count == 2 && result[0] == result[1])
        #expect(result[0].scores.map(\.code) == prompts.findings.map(\.code))
        for score in result[0].scores {
            let expected = 1 / (1 + exp(-Double(score.logitDifference)))
            #expect(abs(Double(score.probability) - expected) < 1e-5)
            #expect(abs(score.positiveCosine) <= 1.00001)
            #expect(
                abs(
                    score.logitDifference
                        - model.logitScale * (score.positiveCosine - score.negativeCosine)) < 1e-5)
        }
        #expect(Set(result[0].scores.map(\.probability)).count > 5)
        for _ in 0..<2 {
            let cached = try ZeroShotHead(
                model: model, prompts: prompts, cacheDirectory: cache.path)
            let again = try ImageClassifier(model: model, head: cached).classify([image])
            #expect(again[0] == result[0])
        }
        #expect(files("\(cache.path)/text-1").count == 1)
    }

    @Test(
        "the published files of prompts hold the sets that are built in",
        arguments: [PromptSet.chestXRay, .cheXzero])
    func publishedPrompts(set: PromptSet) throws {
        let folder = #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex)
        let path = "\(folder)/../../Deploy/models/prompts/\(set.name).json"
        let bytes = try #require(TestFiles.read(path))
        #expect(try PromptSet(json: bytes, file: "prompts") == set)
    }

    @Test("a prompt set that does not read is refused")
    func badPrompts() throws {
        let good = JSONWriter.text(PromptSet.chestXRay.json)
        let bad = [
            "", "[]", "{}", good.replacing("vigil.prompts/2", with: "vigil.prompts/1"),
            good.replacing("\"label\"", with: "\"labels\""),
            good.replacing("\"free_air\"", with: "\"pneumothorax\""),
            good.replacing("\"free_air\"", with: "\"Free air\""),
            good.replacing("\"logitScale\":null", with: "\"logitScale\":-1"),
        ]
        for text in bad {
            #expect(throws: ModelError.self, "\(text.prefix(80))") {
                try PromptSet(json: Array(text.utf8), file: "x")
            }
        }
        #expect(throws: Never.self) { try PromptSet(json: Array(good.utf8), file: "x") }
    }

    @Test(
        "a prompt set that says how urgent a finding is, or from where on it counts, is refused",
        arguments: [#""acuity":"stat""#, #""priority":"asap""#, #""threshold":0.4"#])
    func rulesAmongPrompts(member: String) throws {
        let good = JSONWriter.text(PromptSet.chestXRay.json)
        let text = good.replacing(
            #""code":"free_air","#, with: #""code":"free_air",\#(member),"#)
        for schema in ["vigil.prompts/1", "vigil.prompts/2"] {
            let file = text.replacing("vigil.prompts/2", with: schema)
            let error = #expect(throws: ModelError.self) {
                try PromptSet(json: Array(file.utf8), file: "prompts.json")
            }
            #expect(error?.code == "model_rules_among_prompts")
            #expect(error?.what.text.contains("prompts.json: finding 2 has a member ") == true)
            #expect(error?.remedy.text.contains("triage.policy") == true)
        }
    }

    @Test("a bad configuration is refused with the field that is wrong")
    func badConfigurations() throws {
        let folder = try editable()
        let path = "\(folder.path)/config.json"
        let good = String(decoding: try #require(TestFiles.read(path)), as: UTF8.self)
        let changes: [(String, String, String)] = [
            ("\"model_type\":\"clip\"", "\"model_type\":\"llama\"", "model_unknown_family"),
            ("\"quick_gelu\"", "\"swish\"", "model_unknown_activation"),
            ("\"patch_size\":8", "\"patch_size\":7", "model_bad_configuration"),
            ("\"patch_size\":8", "\"patch_size\":0", "model_bad_configuration"),
            ("\"num_attention_heads\":2", "\"num_attention_heads\":3", "model_bad_configuration"),
            ("\"hidden_size\":64", "\"hidden_size\":1e99", "model_bad_configuration"),
            ("\"hidden_size\":64", "\"hidden_size\":128", "weights_wrong_shape"),
            ("\"num_hidden_layers\":2", "\"num_hidden_layers\":3", "weights_missing_tensor"),
            ("\"vocab_size\"", "\"vocab_sise\"", "weights_wrong_shape"),
            ("{", "", "weights_bad_file"),
        ]
        for (old, new, code) in changes {
            let text = good.replacing(old, with: new, maxReplacements: 1)
            try #require(text != good)
            try write("config.json", Array(text.utf8), folder)
            #expect(refusal(of: folder)?.code.text == code, "\(old) -> \(new)")
        }
        try write("config.json", Array(good.utf8), folder)
        #expect(refusal(of: folder) == nil)
    }

    @Test("no damage of a model's text files traps: each is refused or still a model")
    func mutations() throws {
        let folder = try editable()
        let names = [
            "config.json", "preprocessor_config.json", "vocab.json", "merges.txt", "prompts.json",
        ]
        var generator: UInt64 = 29
        func next(_ bound: Int) -> Int {
            generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(generator >> 33) % max(bound, 1)
        }
        var refusals = 0
        for round in 0..<100 {
            let name = names[round % names.count]
            let good = try #require(TestFiles.read("\(folder.path)/\(name)"))
            var bytes = good
            for _ in 0...next(3) {
                let place = next(bytes.count)
                switch next(3) {
                // A digit for a digit reaches the checks behind the parser.
                case 0 where (0x30...0x39).contains(bytes[place]):
                    bytes[place] = 0x30 + UInt8(next(10))
                case 1: bytes.insert(0x30 + UInt8(next(10)), at: place)
                default: bytes[place] = UInt8(next(256))
                }
            }
            if next(4) == 0 { bytes.removeLast(next(bytes.count)) }
            try write(name, bytes, folder)
            let prompts = try? PromptSet(json: bytes, file: "x")
            if name == "prompts.json" ? prompts == nil : refusal(of: folder) != nil {
                refusals += 1
            }
            try write(name, good, folder)
        }
        #expect(refusals > 30)
        #expect(refusal(of: folder) == nil)
    }

    @Test("a NaN, a short file, a wrong tokenizer and a missing folder are refused")
    func badFiles() throws {
        let folder = try editable()
        let path = "\(folder.path)/model.safetensors"
        let good = try #require(TestFiles.read(path))
        let header = good[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        // The last element of all is the logit scale's; the first belongs to the vision tower.
        for place in [8 + header, good.count - 4] {
            var bytes = good
            bytes.replaceSubrange(place..<place + 4, with: [0, 0, 0xC0, 0x7F])
            try write("model.safetensors", bytes, folder)
            let error = try #require(refusal(of: folder))
            guard case .weights(.notFinite(let name, _)) = error else {
                Issue.record("\(error)")
                continue
            }
            #expect(["logit_scale", "vision_model.embeddings.class_embedding"].contains(name.text))
        }
        try write("model.safetensors", good.dropLast(8), folder)
        #expect(refusal(of: folder)?.code.text == "weights_bad_header")
        try write("model.safetensors", good, folder)
        let merges = try #require(TestFiles.read("\(folder.path)/merges.txt"))
        try write("merges.txt", merges + Array("qq qq\n".utf8), folder)
        #expect(refusal(of: folder)?.code.text == "tokenizer_missing_token")
        try write("merges.txt", merges, folder)
        let vocabulary = String(
            decoding: try #require(TestFiles.read("\(folder.path)/vocab.json")), as: UTF8.self)
        let other = vocabulary.replacing("<|endoftext|>", with: "<|end|>")
        try write("vocab.json", Array(other.utf8), folder)
        #expect(refusal(of: folder)?.code.text == "tokenizer_missing_token")
        #expect(throws: ModelError.self) { try ClipModel.load(directory: "/nonexistent/model") }
    }
}
