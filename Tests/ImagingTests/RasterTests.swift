import Imaging
import Testing
import VigilCore

@Suite("PNG and JPEG against Pillow 13.0.0")
struct RasterTests {
    @Test("rasters decode to Pillow's grey", arguments: VectorFile.rows("raster.tsv"))
    func sameGreyAsPillow(_ row: [String]) throws {
        let decoded = try TestData.decode(path: VectorFile.folder + "raster/" + row[0])
        let expected = try #require(Hex.decode(row[3]))
        #expect(decoded.width == Int(row[1]))
        #expect(decoded.height == Int(row[2]))
        #expect(decoded.frames[0].pixels == expected)
        #expect(decoded.encoding.transferSyntax == (row[0].hasSuffix("png") ? .png : .jpeg))
        #expect(decoded.uids.study == nil)
    }

    @Test(
        "a public chest radiograph in PNG decodes",
        .enabled(if: TestData.hasShared, "no shared data"))
    func chestPNG() throws {
        let decoded = try TestData.decode(path: TestData.shared + "/cxr/nih-00000001_000.png")
        #expect(decoded.width == 512 && decoded.height == 512)
        #expect(!decoded.frames[0].statistics().isConstant)
    }
}
