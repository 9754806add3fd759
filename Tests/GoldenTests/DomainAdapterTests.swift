import FoundationModel
import Imaging
import Testing
import VigilCore
import Weights

/// The mark on images whose embedding lies far from those of the training.
@Suite("Training domain")
struct DomainAdapterTests {
    /// Writes a domain with these axes and gives its path.
    private func domain(
        _ folder: AdaptedFolder, mean: [Float], axes: [[Float]], limit: String? = "1",
        base: String? = nil, name: String = "domain"
    ) throws -> String {
        var metadata = [
            "vigil.adapter": "1", "kind": "training-domain", "base": base ?? folder.base,
        ]
        metadata["limit"] = limit
        let path = "\(folder.path)/\(name).safetensors"
        let flat = axes.flatMap { $0 }
        try SafetensorsWriter.write(
            [
                .init(name: "axes", shape: [axes.count, axes[0].count]) {
                    _ = $0.update(fromContentsOf: flat)
                },
                .init(name: "mean", shape: [mean.count]) { _ = $0.update(fromContentsOf: mean) },
            ], metadata: metadata, to: path)
        return path
    }

    private func classifier(
        _ folder: AdaptedFolder, _ paths: [String]
    ) throws -> ImageClassifier {
        var options = ModelOptions()
        options.adapters = try AdapterSet(paths: paths)
        return try ImageClassifier.load(directory: folder.path, options: options)
    }

    private let unit = (0..<48).map { row in (0..<48).map { Float($0 == row ? 1 : 0) } }

    @Test("the distance is that along the axes, and what is no number lies outside")
    func distance() throws {
        let folder = try AdaptedFolder.clip()
        let path = try domain(folder, mean: [1, 2], axes: [[3, 0], [0, 0.5]], limit: "6.5")
        let domain = try #require(try AdapterSet(paths: [path]).domains.first)
        let places: [(point: [Float], expected: Double)] = [
            ([1, 2], 0), ([3, 2], 6), ([1, 18], 8), ([3, 7], 6.5),
        ]
        for place in places {
            place.point.withUnsafeBufferPointer { point in
                #expect(domain.distance(of: point) == place.expected)
                #expect(domain.isOutside(point) == (place.expected > 6.5))
            }
        }
        let strange: [Float] = [.nan, 2]
        #expect(strange.withUnsafeBufferPointer { domain.isOutside($0) })
    }

    @Test("an image outside is marked, one inside is not, and no score changes")
    func mark() throws {
        let folder = try AdaptedFolder.clip()
        let pixels = (0..<40 * 40).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let image = try #require(GreyImage(width: 40, height: 40, pixels: pixels))
        let plain = try classifier(folder, []).classify([image])[0]
        #expect(!plain.isOutsideDomain)
        let near = try domain(folder, mean: plain.embedding, axes: unit, limit: "0.01")
        let inside = try classifier(folder, [near])
        #expect(try inside.classify([image])[0] == plain)
        let identity = inside.model.identity
        #expect(identity.adapters.map(\.kind) == [.trainingDomain])
        // The unit vector on the other side is 2 away.
        let far = try domain(
            folder, mean: plain.embedding.map { -$0 }, axes: unit, limit: "1.99", name: "far")
        let both = try classifier(folder, [near, far]).classify([image])[0]
        #expect(both.isOutsideDomain)
        #expect(both.digest == plain.digest && both.headScores == plain.headScores)
    }

    @Test("a domain of other weights, another width or without a limit is refused")
    func refused() throws {
        let folder = try AdaptedFolder.clip()
        let mean = [Float](repeating: 0, count: 48)
        let other = String(repeating: "a", count: 64)
        for (path, reason) in [
            (try domain(folder, mean: mean, axes: unit, base: other, name: "a"), "metadata base"),
            (try domain(folder, mean: [0], axes: [[1]], name: "b"), "expected 48"),
            (try domain(folder, mean: mean, axes: unit, limit: nil, name: "c"), "limit"),
            (try domain(folder, mean: mean, axes: unit, limit: "-1", name: "d"), "limit"),
            (try domain(folder, mean: mean, axes: [[1]], name: "e"), "expected [any, 48]"),
        ] {
            let error = #expect(throws: ModelError.self) { try classifier(folder, [path]) }
            #expect(error?.what.text.contains(reason) == true, "\(String(describing: error))")
        }
    }
}
