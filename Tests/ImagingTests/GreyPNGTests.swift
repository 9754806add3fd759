import Imaging
import Testing
import VigilCore

@Suite("Grey PNG")
struct GreyPNGTests {
    @Test(
        "libpng reads the pixels that were written",
        arguments: [(1, 1), (3, 5), (255, 257), (400, 400)])
    func readsBack(_ width: Int, _ height: Int) throws {
        let pixels = Noise.pixels(count: width * height, seed: UInt32(width))
        let image = try #require(GreyImage(width: width, height: height, pixels: pixels))
        let decoded = try TestData.pool.get().decode(GreyPNG.bytes(of: image))
        #expect(decoded.frames == [image])
        #expect(decoded.encoding.transferSyntax == .png && decoded.encoding.samples == 1)
    }
}
