import FoundationModel
import Glibc
import Imaging
import Tensor
import Testing
import VigilCore

/// I3D-ResNet-152 against PyTorch, bottleneck by bottleneck.
@Suite("Golden vectors of I3D-ResNet", .serialized)
struct VolumeModelTests {
    static func configuration(_ more: (String, JSONValue)...) throws -> ResNet3dConfiguration {
        var json = JSONObject()
        json["model_type"] = "i3d-resnet"
        json["volume"] = [48, 40, 32]
        for (name, value) in more { json[name] = value }
        return try ResNet3d.configuration(.object(json))
    }

    static func model(
        _ configuration: ResNet3dConfiguration, _ options: ModelOptions = ModelOptions()
    ) throws -> VolumeModel {
        try VolumeModel.make(
            source: SeededWeights(
                seed: GoldenVectors.seed, tensors: ResNet3d.tensors(configuration)),
            configuration: configuration, identity: .generated, options: options)
    }

    @Test("each bottleneck and the embedding are those of PyTorch")
    func agrees() throws {
        let vectors = try GoldenVectors.json("i3d-resnet152")
        // Merlin's classifier; every output but two is told.
        let names = (0..<1692).map { [27, 54].contains($0) ? "" : "Phenotype \($0)" }
        let labels = JSONValue.array(names.map { .string($0) })
        let model = try Self.model(Self.configuration(("labels", labels)))
        let probes = try FeatureProbe.all(vectors["states"])
        #expect(probes.count == 1 + 50)
        var errors: [Double] = []
        let volume = GoldenVectors.numbers("volume", scale: 1, count: 32 * 48 * 40)
        let embedding = try volume.withUnsafeBufferPointer { volume in
            try model.encode(volume) { state, columns in
                guard errors.count < probes.count else { return }
                errors.append(
                    probes[errors.count].error(
                        state, columns: columns, stride: columns, "state \(errors.count)"))
            }
        }
        #expect(errors.count == probes.count)
        // 1e-3 is asked for.
        #expect(errors.allSatisfy { $0 <= 2e-5 }, "\(errors)")
        var agreement = Agreement()
        agreement.compare(
            [embedding], try GoldenVectors.rows(.array([vectors["embedding"] ?? .null])))
        #expect(agreement.greatestError <= 2e-5, "\(agreement)")
        let head = try #require(model.labels)
        let scores = try embedding.withUnsafeBufferPointer { try head.scores($0) }
        #expect(scores.count == 1690 && scores[0].code == "phenotype_0")
        let found = Dictionary(scores.map { ($0.code, $0.probability) }) { $1 }
        let phenotypes = try GoldenVectors.rows(.array([vectors["phenotypes"] ?? .null]))[0]
        #expect(phenotypes.count == 63)
        for (index, expected) in phenotypes.enumerated() where ![1, 2].contains(index) {
            let probability = try #require(found["phenotype_\(27 * index)"])
            #expect(abs(probability - expected) <= 1e-5, "\(index)")
        }
    }

    @Test("a volume has the same bits with any number of threads")
    func threads() throws {
        // More pooled slices than are made at a time, and odd sides.
        let configuration = try Self.configuration(
            ("volume", [30, 22, 42]), ("depths", [1, 2]), ("num_init_features", 16))
        let count = 30 * 22 * 42
        let volume = GoldenVectors.numbers("volume", scale: 1, count: count)
        let embeddings = try [1, 3].map { threads in
            try volume.withUnsafeBufferPointer {
                try Self.model(configuration, ModelOptions(threads: threads)).encode($0)
            }
        }
        #expect(embeddings[0] == embeddings[1] && embeddings[0].contains { $0 != 0 })
    }

    @Test("an urgent volume between two bottlenecks changes no bit of either")
    func preemption() throws {
        let configuration = try Self.configuration(
            ("volume", [30, 22, 42]), ("depths", [1, 2]), ("num_init_features", 16))
        let model = try Self.model(configuration)
        let volumes = ["first", "second", "urgent"].map {
            GoldenVectors.numbers($0, scale: 1, count: model.imagePixels)
        }
        let alone = try volumes.map { volume in
            try volume.withUnsafeBufferPointer { try model.encode($0) }
        }
        var urgent: [[Float]] = []
        let both = try (volumes[0] + volumes[1]).withUnsafeBufferPointer { both in
            try model.encode(both, count: 2) { () throws(ModelError) in
                urgent += try model.encode(images: [volumes[2]])
            }
        }
        #expect(both == alone[0] + alone[1])
        // Three bottlenecks of two volumes, and the first convolution: after each but the last.
        #expect(urgent.count == 7 && urgent.allSatisfy { $0 == alone[2] })
    }

    @Test("preprocessing is MONAI's, of axial, sagittal, coronal and turned series")
    func preprocessing() throws {
        let cases = try #require(try GoldenVectors.json("volume")["cases"]?.arrayValue)
        #expect(cases.count == 4)
        for one in cases {
            func numbers(_ json: JSONValue?) -> [Double] {
                (json?.arrayValue ?? []).compactMap(\.doubleValue)
            }
            let name = try #require(one["name"]?.stringValue)
            let counts = numbers(one["counts"]).map { Int($0) }
            let size = numbers(one["size"]).map { Int($0) }
            let values = GoldenVectors.numbers(name, scale: 1500, count: counts.reduce(1, *))
                .map { Int16($0.rounded(.toNearestOrEven)) }
            let volume = try #require(
                CTVolume(
                    values: values, counts: counts, spacing: numbers(one["spacing"]),
                    directions: (one["directions"]?.arrayValue ?? []).map { numbers($0) }))
            let manifest = try #require(
                VolumeManifest(
                    spacing: (1.5, 1.5, 3), window: -1000...1000,
                    size: (size[0], size[1], size[2])))
            let expected = try GoldenVectors.rows(.array([one["tensor"] ?? .null]))[0]
            let found = manifest.tensor(of: volume)
            #expect(found.count == expected.count, "\(name)")
            let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? 1
            #expect(worst <= 2e-6, "\(name): \(worst)")
        }
    }
}
