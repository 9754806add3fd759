import FileKit
import FoundationModel
import Testing
import VigilCore
import Weights

/// Adapters that are refused, each with what was expected and what was found.
@Suite("Refused adapters")
struct BadAdapterTests {
    private func refusal(
        _ folder: AdaptedFolder, _ path: @autoclosure () throws -> String
    ) throws -> ModelError? {
        let path = try path()
        do throws(ModelError) {
            var options = ModelOptions()
            options.adapters = try AdapterSet(paths: [path])
            _ = try ImageClassifier.load(directory: folder.path, options: options)
            return nil
        } catch { return error }
    }

    private func expect(_ error: ModelError?, _ parts: String...) throws {
        let error = try #require(error)
        guard case .badAdapter = error else {
            Issue.record("\(error)")
            return
        }
        for part in parts { #expect(error.what.text.contains(part), "\(error)") }
        #expect(error.disposition == .shutDown(.dataError))
    }

    /// Writes a probe with these metadata and tensors, and gives its path.
    private func probe(
        _ folder: AdaptedFolder, _ changes: [String: String?] = [:],
        _ shapes: [String: [Int]] = ["weight": [2, 48]], value: Float = 0.1
    ) throws -> String {
        var metadata = [
            "vigil.adapter": "1", "kind": "linear-probe", "base": folder.base,
            "labels": #"[{"code": "a"}, {"code": "b"}]"#,
        ]
        for (name, text) in changes { metadata[name] = text }  // nil takes it away
        let path = "\(folder.path)/probe-\(changes.keys.sorted().joined()).safetensors"
        try SafetensorsWriter.write(
            shapes.sorted { $0.key < $1.key }.map { name, shape in
                SafetensorsWriter.Tensor(name: name, shape: shape) {
                    $0.update(repeating: value)
                }
            }, metadata: metadata, to: path)
        return path
    }

    @Test("an adapter of other weights is refused with both digests")
    func wrongBase() throws {
        let folder = try AdaptedFolder.clip()
        let other = String(repeating: "a", count: 64)
        for name in ["probe.safetensors", "lora-clip"] {
            let path = try folder.adapter(name, replacing: (folder.base, other))
            try expect(
                refusal(folder, path), name, "metadata base", "expected \(folder.base)",
                "found \(other)")
        }
        try expect(refusal(folder, probe(folder, ["base": "abc"])), "64 hexadecimal", "abc")
        #expect(try refusal(folder, probe(folder)) == nil)
    }

    @Test("a head of another width, preprocessing or LoRA is refused")
    func wrongEncoder() throws {
        let folder = try AdaptedFolder.clip()
        try expect(
            refusal(folder, probe(folder, [:], ["weight": [2, 64]])),
            "the width of its first matrix", "expected 48", "found 64")
        let digest = Digest(of: []).hex
        try expect(
            refusal(folder, probe(folder, ["preprocessing": digest])), "preprocessing", digest)
        try expect(
            refusal(folder, probe(folder, ["merged": digest])), "metadata merged",
            "expected none", "found \(digest)")
    }

    @Test("a head and the LoRA that it was trained on go together, and not one alone")
    func headOfLora() throws {
        let folder = try AdaptedFolder.clip()
        let lora = try folder.adapter("lora-clip")
        let digest = try #require(try AdapterSet(paths: [lora]).identities.first?.digest)
        let head = try probe(folder, ["merged": digest.hex])
        var options = ModelOptions()
        options.adapters = try AdapterSet(paths: [lora, head])
        #expect(
            try ImageClassifier.load(directory: folder.path, options: options).heads.count == 1)
        try expect(refusal(folder, head), "metadata merged", digest.hex)
        options.adapters = try AdapterSet(paths: [lora, probe(folder)])
        #expect(throws: ModelError.self) {
            try ImageClassifier.load(directory: folder.path, options: options)
        }
    }

    @Test("metadata that do not read are refused by their names")
    func metadata() throws {
        let folder = try AdaptedFolder.clip()
        let cases: [([String: String?], String)] = [
            (["vigil.adapter": "2"], "metadata vigil.adapter: expected 1, found 2"),
            (["vigil.adapter": String?.none], "found none"),
            (["kind": "tree"], "nearest-neighbours-domain, image-gate, found tree"),
            (["labels": "[]"], "metadata labels"), (["labels": "no"], "metadata labels"),
            (["labels": #"[{"code": "a"}, {"code": "a"}]"#], "no code twice"),
            (["labels": #"[{"code": "A b"}, {"code": "b"}]"#], "1 that read of 2"),
            (["labels": #"[{"code": "a", "threshold": 1}, {"code": "b"}]"#], "1 that read of 2"),
            (["labels": #"[{"code": "a", "weight": 1}, {"code": "b"}]"#], "1 that read of 2"),
            (["labels": #"[{"code": "a"}]"#], "expected [1, any], found [2, 48]"),
            (["output": "tanh"], "metadata output: expected one of sigmoid, softmax"),
            (["activation": "relu"], "metadata activation"),
            (["kind": "mlp-head", "activation": "swish"], "gelu_tanh"),
            (["kind": "mlp-head"], "metadata activation"),
            (["kind": "mlp-head", "activation": "relu"], "layers.0.weight"),
            (["kind": "lora"], "metadata alpha"), (["kind": "lora", "alpha": "-1"], "alpha"),
            (["kind": "lora", "alpha": "1"], "expected those of its kind alone, found weight"),
            (["validated": "yes"], "metadata validated"),
        ]
        for (changes, reason) in cases {
            try expect(refusal(folder, probe(folder, changes)), reason)
        }
    }

    @Test("tensors that do not fit are refused by their names")
    func tensors() throws {
        let folder = try AdaptedFolder.clip()
        try expect(
            refusal(folder, probe(folder, [:], ["bias": [2]])), "tensor weight",
            "expected [2, any]", "found none")
        try expect(
            refusal(folder, probe(folder, [:], ["weight": [2, 48], "bias": [3]])),
            "shape of tensor bias", "expected [2], found [3]")
        try expect(
            refusal(folder, probe(folder, [:], ["weight": [2, 48], "scale": [2]])), "found scale")
        let error = try refusal(folder, probe(folder, value: .nan))
        #expect(error?.what.text.contains("tensor weight is NaN") == true)
        let lora = ["kind": "lora", "alpha": "8"]
        let (down, up) = ("m.lora_A.weight", "m.lora_B.weight")
        try expect(refusal(folder, probe(folder, lora, [down: [4, 96]])), up, "found none")
        try expect(
            refusal(folder, probe(folder, lora, [down: [4, 96], up: [96, 5]])),
            "expected [any, 4], found [96, 5]")
        try expect(
            refusal(folder, probe(folder, lora, [down: [4, 96], up: [96, 4]])), "module m",
            "no tensor m.weight")
        let module = "base_model.model.vision_model.encoder.layers.0.mlp.fc1"
        let shapes = ["\(module).lora_A.weight": [4, 96], "\(module).lora_B.weight": [96, 4]]
        try expect(
            refusal(folder, probe(folder, lora, shapes)), "layers.0.mlp.fc1",
            "expected [200, 96], found [96, 96]")
        let ranked = lora.merging(["rank": "8"]) { $1 }
        try expect(
            refusal(folder, probe(folder, ranked, shapes)), "expected [8, any], found [4, 96]")
    }

    @Test("what PEFT can do beyond LoRA is refused by the option's name")
    func peft() throws {
        let cases = [
            (#""use_dora": false"#, #""use_dora": true"#, "use_dora"),
            (#""bias": "none""#, #""bias": "all""#, "bias: expected none, found all"),
            (#""modules_to_save": null"#, #""modules_to_save": ["head"]"#, "modules_to_save"),
            (#""alpha_pattern": {}"#, #""alpha_pattern": {"a": 1}"#, "alpha_pattern"),
            (#""init_lora_weights": true"#, #""init_lora_weights": "pissa""#, "found pissa"),
            (#""peft_type": "LORA""#, #""peft_type": "IA3""#, "expected LORA, found IA3"),
            (#""base":"#, #""bass":"#, "metadata base"),
        ]
        let folder = try AdaptedFolder.clip()
        for (old, new, reason) in cases {
            let path = try folder.adapter("lora-clip", replacing: (old, new))
            try expect(refusal(folder, path), reason)
        }
        try expect(
            refusal(AdaptedFolder.dinov2(), folder.adapter("lora-clip")), "metadata base")
    }

    @Test("no damage of an adapter's bytes traps: each is refused or still an adapter")
    func mutations() throws {
        let folder = try AdaptedFolder.clip()
        let good = try #require(TestFiles.read(folder.adapter("probe.safetensors")))
        var generator: UInt64 = 17
        func next(_ bound: Int) -> Int {
            generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(generator >> 33) % max(bound, 1)
        }
        var refusals = 0
        for _ in 0..<300 {
            var bytes = good
            // The header alone: elements may be any numbers.
            for _ in 0...next(3) { bytes[next(740)] = UInt8(next(256)) }
            if next(8) == 0 { bytes.removeLast(next(bytes.count)) }
            try folder.write("x.safetensors", bytes)
            if (try? AdapterSet(paths: ["\(folder.path)/x.safetensors"])) == nil { refusals += 1 }
        }
        #expect(refusals > 200)
    }
}
