import CAllocationCount
import Imaging
import Testing
import VigilCore

@Suite("Resampling against Pillow 12.2.0")
struct ResizeTests {
    private static func image(_ row: [String]) throws -> GreyImage {
        let seed = try #require(UInt32(row[0]))
        let width = try #require(Int(row[1]))
        let height = try #require(Int(row[2]))
        let pixels = Noise.pixels(count: width * height, seed: seed)
        return try #require(GreyImage(width: width, height: height, pixels: pixels))
    }

    @Test("every size and both kernels give Pillow's bits")
    func sameBitsAsPillow() throws {
        let rows = VectorFile.rows("resize.tsv")
        #expect(rows.count == 250)
        for row in rows {
            let width = try #require(Int(row[3]))
            let height = try #require(Int(row[4]))
            let filter = try #require(PreprocessingManifest.Filter(rawValue: row[5]))
            let manifest = try #require(
                PreprocessingManifest(
                    resize: .exact(width: width, height: height), filter: filter, width: width,
                    height: height, mean: [0], deviation: [1], channels: .single))
            let out = Preprocessor(manifest).resized(try Self.image(row))
            #expect(Digest(of: out.pixels).hex == row[6], "\(row)")
            if row[7] != "-" { #expect(Hex.encode(out.pixels) == row[7], "\(row)") }
        }
    }

    @Test("tensors have the bits of CLIPImageProcessor in transformers 4.57.1")
    func sameBitsAsTransformers() throws {
        let rows = VectorFile.rows("clip.tsv")
        #expect(rows.count == 24)
        for row in rows {
            let crop = try #require(Int(row[3]))
            let manifest = try #require(Self.clip(crop))
            let tensor = Preprocessor(manifest).tensor(of: try Self.image(row))
            let bytes = tensor.flatMap { value in
                (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
            }
            #expect(Digest(of: bytes).hex == row[4], "\(row)")
        }
    }

    private static func clip(_ crop: Int) -> PreprocessingManifest? {
        PreprocessingManifest(
            resize: .shortestEdge(224), width: crop, height: crop,
            rescale: 0.00392156862745098,
            mean: [0.48145466, 0.4578275, 0.40821073],
            deviation: [0.26862954, 0.26130258, 0.27577711])
    }

    @Test("a thin image costs no more than the crop")
    func thinImage() throws {
        let manifest = try #require(Self.clip(224))
        let pixels = Noise.pixels(count: 16_384, seed: 5)
        let image = try #require(GreyImage(width: 1, height: 16_384, pixels: pixels))
        let before = vigil_allocated_bytes_of_this_thread()
        _ = Preprocessor(manifest).tensor(of: image)
        // Brought to 224 columns it would have 3.7 million rows.
        #expect(vigil_allocated_bytes_of_this_thread() - before < 64 << 20)
    }
}
