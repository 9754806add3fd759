import FoundationModel
import Imaging
import Testing
import VigilCore
import Weights

/// The distances that a domain may be told by, and gates, which say of which images nothing is
/// said.
@Suite("Kinds of domains, and gates")
struct DomainKindTests {
    private typealias Tensor = (name: String, shape: [Int], values: [Float])

    private func write(
        _ folder: AdaptedFolder, _ name: String, kind: String, _ tensors: [Tensor],
        _ members: [String: String] = [:]
    ) throws -> String {
        let path = "\(folder.path)/\(name).safetensors"
        try SafetensorsWriter.write(
            tensors.map { tensor in
                .init(name: tensor.name, shape: tensor.shape) {
                    _ = $0.update(fromContentsOf: tensor.values)
                }
            },
            metadata: ["vigil.adapter": "1", "kind": kind, "base": folder.base].merging(members) {
                $1
            }, to: path)
        return path
    }

    private func distances(_ path: String, _ points: [[Float]]) throws -> [Double] {
        let domain = try #require(try AdapterSet(paths: [path]).domains.first)
        return points.map { $0.withUnsafeBufferPointer { domain.distance(of: $0) } }
    }

    @Test("Mahalanobis' distance is that to the nearest class")
    func mahalanobis() throws {
        let folder = try AdaptedFolder.clip()
        let path = try write(
            folder, "m", kind: "mahalanobis-domain",
            [("means", [2, 2], [0, 0, 10, 0]), ("axes", [2, 2], [2, 0, 0, 1])], ["limit": "4"])
        #expect(
            try distances(path, [[1, 0], [9, 0], [10, 3], [.nan, 0]]).dropLast() == [2, 2, 3])
        let domain = try #require(try AdapterSet(paths: [path]).domains.first)
        let strange: [Float] = [.nan, 0]
        #expect(strange.withUnsafeBufferPointer { domain.isOutside($0) })
        #expect([Float(1)].withUnsafeBufferPointer { domain.isOutside($0) })
    }

    @Test("the relative distance takes the square to the middle of all away, and may be negative")
    func relative() throws {
        let folder = try AdaptedFolder.clip()
        let tensors: [Tensor] = [
            ("means", [2, 1], [0, 4]), ("axes", [1, 1], [2]), ("background.mean", [1], [2]),
            ("background.axes", [1, 1], [0.5]),
        ]
        let path = try write(
            folder, "r", kind: "relative-mahalanobis-domain", tensors, ["limit": "-0.5"])
        #expect(try distances(path, [[0], [4], [2], [7]]) == [-1, -1, 16, 29.75])
    }

    @Test("the distance to a neighbour is told between directions")
    func neighbours() throws {
        let folder = try AdaptedFolder.clip()
        let path = try write(
            folder, "n", kind: "nearest-neighbours-domain",
            [("rows", [3, 2], [1, 0, 0, 2, 0, -1])], ["limit": "1", "neighbours": "2"])
        let found = try distances(path, [[5, 0], [0, 3]])
        #expect(
            abs(found[0] - 2.0.squareRoot()) < 1e-12 && abs(found[1] - 2.0.squareRoot()) < 1e-12)
        for rank in ["0", "4", "x"] {
            let bad = try write(
                folder, "n\(rank)", kind: "nearest-neighbours-domain",
                [("rows", [3, 2], [1, 0, 0, 2, 0, -1])], ["limit": "1", "neighbours": rank])
            #expect(throws: ModelError.self) { try AdapterSet(paths: [bad]) }
        }
    }

    private func gate(
        _ folder: AdaptedFolder, _ name: String, bias: [Float], codes: [String]
    ) throws -> String {
        let labels = codes.map { #"{"code":"\#($0)","threshold":0.6}"# }.joined(separator: ",")
        return try write(
            folder, name, kind: "image-gate",
            [
                ("weight", [codes.count, 48], [Float](repeating: 0, count: 48 * codes.count)),
                ("bias", [codes.count], bias),
            ], ["labels": "[\(labels)]"])
    }

    @Test("a gate gives the reason that is likeliest of those that reach their thresholds")
    func gates() throws {
        let folder = try AdaptedFolder.clip()
        let pixels = (0..<40 * 40).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let image = try #require(GreyImage(width: 40, height: 40, pixels: pixels))
        let codes = ["view_not_frontal", "inverted_polarity", "rotated_half"]
        let cases: [(bias: [Float], reason: Finding.Abstention?)] = [
            ([0, 0, 0], nil), ([2, 3, 0], .invertedPolarity), ([0.3, 0, 1], .rotated),
            ([5, 0, 0], .viewNotFrontal),
        ]
        for (place, example) in cases.enumerated() {
            let path = try gate(folder, "g\(place)", bias: example.bias, codes: codes)
            var options = ModelOptions()
            options.adapters = try AdapterSet(paths: [path])
            let classifier = try ImageClassifier.load(directory: folder.path, options: options)
            let result = try classifier.classify([image])[0]
            #expect(result.refusal == example.reason, "\(example.bias)")
            #expect(result.withoutEmbedding.refusal == example.reason)
            #expect(result.headScores.isEmpty && classifier.heads.isEmpty)
            #expect(!result.isOutsideDomain)
        }
    }

    @Test("a gate of another label is refused")
    func otherLabel() throws {
        let folder = try AdaptedFolder.clip()
        let path = try gate(folder, "other", bias: [0], codes: ["pneumothorax"])
        var options = ModelOptions()
        options.adapters = try AdapterSet(paths: [path])
        let error = #expect(throws: ModelError.self) {
            try ImageClassifier.load(directory: folder.path, options: options)
        }
        #expect(error?.what.text.contains("pneumothorax") == true)
    }
}
