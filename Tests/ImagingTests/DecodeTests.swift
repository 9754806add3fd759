import Imaging
import Testing
import VigilCore

@Suite("Decoding real files", .enabled(if: TestData.hasPydicom, "pydicom-data is not in the cache"))
struct DecodeTests {
    @Test("survey")
    func survey() throws {
        for name in TestData.names(in: TestData.pydicom) {
            do {
                let d = try TestData.decode(name)
                print(
                    name, d.width, d.height, d.frames.count, d.modality, d.transferSyntax,
                    d.photometric, d.windowUsed, d.windowCenter, d.windowWidth,
                    d.pixelDigest.hex.prefix(8))
            } catch { print(name, "ERR", error) }
        }
    }
}
