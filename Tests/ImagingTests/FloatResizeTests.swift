import Imaging
import Testing
import VigilCore

/// CheXzero's order of steps against Pillow and torchvision.
struct FloatResizeTests {
    private static func image(_ width: Int, _ height: Int) throws -> GreyImage {
        let pixels = (0..<width * height).map { index in
            let (x, y) = (index % width, index / width)
            return UInt8((x * x + 3 * y * y + x * y) / 5 % 256)
        }
        return try #require(GreyImage(width: width, height: height, pixels: pixels))
    }

    private static func manifest(antialias: Bool) throws -> PreprocessingManifest {
        try #require(
            PreprocessingManifest(
                resize: .squareThenFloat(side: 64), antialias: antialias, width: 40, height: 40,
                rescale: 1, mean: [101.48761, 101.48761, 0.5],
                deviation: [83.43944, 83.43944, 2]))
    }

    private static func picked<Element>(
        _ values: some Collection<Element>, width: Int, _ rows: Int, _ columns: Int
    ) -> [Element] {
        values.enumerated().filter {
            $0.offset / width % rows == 0 && $0.offset % width % columns == 0
        }.map(\.element)
    }

    @Test("the square is Pillow's to the bit, and the floats are torchvision's")
    func agrees() throws {
        let bytes = TestData.bytes(
            "\(TestData.checkout)/Tests/ImagingTests/Vectors/square-then-float.json")
        let rows = try #require(try JSONParser.parse(bytes).arrayValue)
        #expect(rows.count == 5)
        for row in rows {
            let image = try Self.image(
                try #require(row["width"]?.intValue), try #require(row["height"]?.intValue))
            for antialias in [false, true] {
                let preprocessor = Preprocessor(try Self.manifest(antialias: antialias))
                let grey = preprocessor.resized(image)
                #expect(grey.width == 64 && grey.height == 64)
                #expect(
                    Self.picked(grey.pixels, width: 64, 9, 7).map { Int($0) }
                        == row["grey"]?.arrayValue?.compactMap(\.intValue))
                let tensor = preprocessor.tensor(of: image)
                let found = Self.picked(tensor[..<1600], width: 40, 6, 5)
                let expected = try #require(
                    row[antialias ? "antialiased" : "plain"]?.arrayValue
                ).compactMap(\.doubleValue)
                #expect(found.count == expected.count)
                #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) <= 2e-5 })
                #expect(tensor[1600..<3200] == tensor[..<1600])
                #expect(tensor[3200...] != tensor[..<1600])
            }
        }
    }

    @Test("the manifest says so, and another side or antialiasing has another digest")
    func digest() throws {
        let one = try Self.manifest(antialias: false)
        #expect(one.canonicalText.contains("square-then-float 64 lanczos normalize bicubic"))
        #expect(one.canonicalText.contains("antialias false pytorch-float"))
        #expect(try one.digest != Self.manifest(antialias: true).digest)
    }
}
