import Conversion
import FileKit
import Glibc
import Testing
import VigilCore
import Weights

/// What the converter makes of files that torch, numpy and onnx wrote.
@Suite("Model conversion")
struct ConversionTests {
    static let files = [
        "zip.pt", "zip-protocol-1.pt", "zip-protocol-4.pt", "legacy.pt", "plain-3.pkl",
        "plain-5.pkl", "arrays-0.pkl", "arrays-1.pkl", "arrays-2.pkl", "arrays-4.pkl",
        "arrays-5.pkl", "model.onnx", "training.pth",
    ]

    /// The tensors that a file must give: type, shape and digest of each.
    static func expected(_ file: String) throws -> [String: [JSONValue]] {
        let bytes = try #require(TestFiles.vector("expected.json"))
        let members = try #require(try JSONParser.parse(bytes)[file]?.objectValue?.members)
        return Dictionary(
            members.map { ($0.name, $0.value.arrayValue ?? []) }, uniquingKeysWith: { $1 })
    }

    /// The tensors of a safetensors file, in the form of `expected`.
    static func found(_ path: String) throws -> [String: [JSONValue]] {
        let file = try SafetensorsFile(path: path)
        var found: [String: [JSONValue]] = [:]
        for entry in file.header.entries {
            let digest = file.withTensor(entry) { Digest(of: Array($0)) }
            found[entry.name] = [
                .string(entry.type.rawValue), .array(entry.shape.map { .integer(Int64($0)) }),
                .string(digest.hex),
            ]
        }
        return found
    }

    @Test("every tensor has the type, shape and bits that Python says", arguments: files)
    func tensors(file: String) throws {
        let folder = try TestFolder()
        let conversion = ModelConversion(
            source: TestFiles.vectorPath(file), destination: "\(folder.path)/model")
        let report = try conversion.run()
        let found = try Self.found("\(folder.path)/model/model.safetensors")
        #expect(try found == Self.expected(file))
        #expect(report.tensors == found.count)
    }

    @Test("a checkpoint in parts is joined in order")
    func parts() throws {
        let folder = try TestFolder()
        let bytes = try #require(TestFiles.vector("zip.pt"))
        let first = try folder.write("one", Array(bytes[..<1000]))
        let second = try folder.write("two", Array(bytes[1000..<3000]))
        var conversion = ModelConversion(source: first, destination: "\(folder.path)/model")
        conversion.joined = [second, try folder.write("three", Array(bytes[3000...]))]
        let report = try conversion.run()
        #expect(report.sourceDigest == Digest(of: bytes))
        let found = try Self.found("\(folder.path)/model/model.safetensors")
        #expect(try found == Self.expected("zip.pt"))
        let names = try ModelDirectory(path: "\(folder.path)/model").manifest().entries
        #expect(names.map(\.name) == ["model.safetensors", "vigil.json"])
    }

    @Test("the prefix is taken from the names, and a key leads to another dictionary")
    func keys() throws {
        let file = try FrozenFile(path: TestFiles.vectorPath("training.pth"))
        let weights = try Checkpoint(file: file, strip: "module.")
        #expect(weights.tensors.map(\.name).sorted().first == "0.bias")
        #expect(try Checkpoint(file: file, keys: ["ema"]).tensors.map(\.name) == ["decay"])
        let moments = try Checkpoint(file: file, keys: ["optimizer", "state"])
        #expect(moments.tensors.map(\.name).prefix(3) == ["0.step", "0.exp_avg", "0.exp_avg_sq"])
    }

    @Test("a key that is not there is named with those that are")
    func missingKey() throws {
        let file = try FrozenFile(path: TestFiles.vectorPath("training.pth"))
        let error = #expect(throws: ConversionError.self) {
            try Checkpoint(file: file, keys: ["weights"])
        }
        #expect(error?.what.text.contains("no key weights; the keys are: epoch, loss") == true)
    }

    @Test("vigil.json holds what was stated, and the digests of the files beside it")
    func facts() throws {
        let folder = try TestFolder()
        let source = try folder.write(
            "pytorch_model.bin", try #require(TestFiles.vector("zip.pt")))
        try folder.write("config.json", Array("{}".utf8))
        try FileWriter.makeDirectory("\(folder.path)/1_Pooling")
        try folder.write("1_Pooling/config.json", Array("{}".utf8))
        try folder.write("unrelated.txt", [1])
        var conversion = ModelConversion(source: source, destination: "\(folder.path)/out/model")
        conversion.facts.licence = "MIT"
        conversion.facts.source = "a test"
        conversion.facts.intendedUse = "Research only"
        conversion.facts.trainedOn = "noise"
        let report = try conversion.run()
        #expect(report.copied == ["config.json", "1_Pooling/config.json"])
        #expect(TestFiles.read("\(conversion.destination)/1_Pooling/config.json") == [0x7B, 0x7D])
        let directory = try ModelDirectory(path: conversion.destination)
        let json = try directory.json("vigil.json")
        #expect(json["name"] == "model")
        #expect(json["licence"] == "MIT")
        #expect(json["source"] == "a test")
        #expect(json["intendedUse"] == "Research only")
        #expect(json["trainedOn"] == "noise")
        #expect(json["validated"] == false)
        let digests = json["files"]?.objectValue?.members.map { ($0.name, $0.value) } ?? []
        #expect(
            digests.map(\.0).sorted()
                == ["1_Pooling/config.json", "config.json", "model.safetensors"])
        try directory.manifest().verify(
            Dictionary(digests.map { ($0.0, $0.1.stringValue ?? "") }, uniquingKeysWith: { $1 }))
    }

    @Test("the configuration of a checkpoint without one is told from its tensors")
    func recognized() throws {
        let folder = try TestFolder()
        let path = "\(folder.path)/model"
        let report = try ModelConversion(
            source: TestFiles.vectorPath("xray-densenet.pt"), destination: path
        ).run()
        #expect(report.hasRecognizedFamily)
        let json = try JSONParser.parse(try #require(TestFiles.read("\(path)/config.json")))
        #expect(json["model_type"]?.stringValue == "densenet")
        #expect(json["growth_rate"]?.intValue == 2 && json["bn_size"]?.intValue == 2)
        #expect(json["num_init_features"]?.intValue == 4 && json["in_channels"]?.intValue == 1)
        #expect(json["block_config"]?.arrayValue?.map(\.intValue) == [2, 1])
        let labels = try #require(json["labels"]?.arrayValue)
        #expect(labels.count == 18 && labels[7].stringValue == "Effusion")
        let thresholds = try #require(json["op_threshs"]?.arrayValue)
        #expect(thresholds.count == 18 && thresholds[13].isNull)
        #expect(thresholds[0].doubleValue.map { abs($0 - 0.05) < 1e-7 } == true)
        let other = try ModelConversion(
            source: TestFiles.vectorPath("zip.pt"), destination: "\(folder.path)/other"
        ).run()
        #expect(!other.hasRecognizedFamily)
        #expect(TestFiles.read("\(folder.path)/other/config.json") == nil)
    }

    /// A checkpoint of Merlin's names, with few channels and bottlenecks: the image encoder with
    /// its two heads, and the text encoder beside it.
    private static func merlin() -> [(name: String, shape: [Int])] {
        let image = "encode_image.i3_resnet."
        var tensors: [(name: String, shape: [Int])] = []
        func convolution(_ name: String, norm: String, _ shape: [Int]) {
            tensors.append((image + name + ".weight", shape))
            for part in ["weight", "bias", "running_mean", "running_var"] {
                tensors.append((image + norm + "." + part, [shape[0]]))
            }
        }
        convolution("conv1", norm: "bn1", [4, 3, 3, 7, 7])
        for (stage, blocks) in [2, 1].enumerated() {
            let inner = 4 << stage
            for block in 0..<blocks {
                let name = "layer\(stage + 1).\(block)"
                let inputs = block > 0 ? inner * 4 : stage == 0 ? 4 : inner * 2
                convolution(name + ".conv1", norm: name + ".bn1", [inner, inputs, 1, 1, 1])
                convolution(name + ".conv2", norm: name + ".bn2", [inner, inner, 3, 3, 3])
                convolution(name + ".conv3", norm: name + ".bn3", [inner * 4, inner, 1, 1, 1])
                guard block == 0 else { continue }
                convolution(
                    name + ".downsample.0", norm: name + ".downsample.1",
                    [inner * 4, inputs, 1, 1, 1])
            }
        }
        for (head, outputs) in [("classifier", 1692), ("contrastive_head", 512)] {
            tensors.append(("\(image)\(head).weight", [outputs, 32, 1, 1, 1]))
            tensors.append(("\(image)\(head).bias", [outputs]))
        }
        return tensors + [("encode_text.linear_layer.weight", [512, 8]), ("logit_scale", [1])]
    }

    @Test("Merlin's whole checkpoint is told from its names, whose prefix the configuration states")
    func merlinRecognized() throws {
        let folder = try TestFolder()
        let tensors = Self.merlin()
        let count = tensors.reduce(0) { $0 + $1.shape.reduce(1, *) }
        let source = try folder.write(
            "merlin.pt",
            PickleBytes.archive(
                PickleBytes.state(tensors), storage: [UInt8](repeating: 0, count: count * 4)))
        let path = "\(folder.path)/model"
        let report = try ModelConversion(source: source, destination: path).run()
        #expect(report.hasRecognizedFamily && report.tensors == tensors.count)
        let json = try JSONParser.parse(try #require(TestFiles.read("\(path)/config.json")))
        #expect(json["model_type"]?.stringValue == "i3d-resnet")
        #expect(json["tensor_prefix"]?.stringValue == "encode_image.i3_resnet.")
        #expect(json["depths"]?.arrayValue?.map(\.intValue) == [2, 1])
        #expect(json["num_init_features"]?.intValue == 4 && json["in_channels"]?.intValue == 3)
        #expect(json["volume"]?.arrayValue?.map(\.intValue) == [224, 224, 160])
        let found = try Self.found("\(path)/model.safetensors")
        for (name, shape) in tensors {
            #expect(found[name]?[1] == .array(shape.map { .integer(Int64($0)) }), "\(name)")
        }
    }

    @Test("a folder that holds a model is left as it is")
    func inUse() throws {
        let folder = try TestFolder()
        try folder.write("model.safetensors", [1, 2, 3])
        let conversion = ModelConversion(
            source: TestFiles.vectorPath("zip.pt"), destination: folder.path)
        #expect(
            throws: ConversionError.destinationInUse(path: SafeText(operatorProvided: folder.path))
        ) { try conversion.run() }
        #expect(TestFiles.read("\(folder.path)/model.safetensors") == [1, 2, 3])
    }
}
