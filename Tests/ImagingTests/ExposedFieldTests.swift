import Imaging
import Testing

/// What is cut off around a film, and what never is.
@Suite("Exposed field")
struct ExposedFieldTests {
    /// A film: 64 to 96 pixels a side of greys that are neither black nor white at its rim, and
    /// anything inside.
    private static func film(_ random: inout some RandomNumberGenerator) throws -> GreyImage {
        let (width, height) = (
            Int.random(in: 64...96, using: &random), Int.random(in: 64...96, using: &random)
        )
        let pixels = (0..<width * height).map { place -> UInt8 in
            let (x, y) = (place % width, place / width)
            let isRim = x == 0 || y == 0 || x == width - 1 || y == height - 1
            return UInt8.random(in: isRim ? 7...248 : 0...255, using: &random)
        }
        return try #require(GreyImage(width: width, height: height, pixels: pixels))
    }

    /// An image in a border of black or white that is not quite even.
    private static func bordered(
        _ image: GreyImage, left: Int, top: Int, right: Int, bottom: Int, isWhite: Bool,
        _ random: inout some RandomNumberGenerator
    ) throws -> GreyImage {
        let (width, height) = (left + image.width + right, top + image.height + bottom)
        var pixels = (0..<width * height).map { _ in
            UInt8.random(in: isWhite ? 249...255 : 0...6, using: &random)
        }
        for row in 0..<image.height {
            let to = (top + row) * width + left
            pixels.replaceSubrange(
                to..<to + image.width,
                with: image.pixels[row * image.width..<(row + 1) * image.width])
        }
        return try #require(GreyImage(width: width, height: height, pixels: pixels))
    }

    private static func manifest(_ cropsToField: Bool) throws -> PreprocessingManifest {
        try #require(
            PreprocessingManifest(
                cropsToField: cropsToField, resize: .shortestEdge(32), width: 32, height: 32,
                mean: [0.42], deviation: [0.28], channels: .single))
    }

    @Test("a border of up to 15 % of the whole at any edge changes no bit of the model's input")
    func bordersGoAway() throws {
        var random = SystemRandomNumberGenerator()
        let preprocessor = Preprocessor(try Self.manifest(true))
        let plain = Preprocessor(try Self.manifest(false))
        for _ in 0..<500 {
            let film = try Self.film(&random)
            // 15 % of the whole are at most 21 % of the film.
            func most(_ side: Int) -> Int { Int.random(in: 0...side * 15 / 70, using: &random) }
            let bordered = try Self.bordered(
                film, left: most(film.width), top: most(film.height), right: most(film.width),
                bottom: most(film.height), isWhite: Bool.random(using: &random), &random)
            let field = ExposedField(of: bordered)
            #expect(field.cut(bordered) == film)
            #expect(field.border == (bordered == film ? .absent : .cropped))
            #expect(preprocessor.tensor(of: bordered) == plain.tensor(of: film))
        }
    }

    @Test("no pixel that is neither black nor white is ever cut off, whatever the image")
    func nothingElseGoes() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let (width, height) = (
                Int.random(in: 1...24, using: &random), Int.random(in: 1...24, using: &random)
            )
            // Mostly black and white, so that borders of every shape come about.
            let pixels = (0..<width * height).map { _ -> UInt8 in
                Int.random(in: 0..<60, using: &random) == 0
                    ? UInt8.random(in: 0...255, using: &random)
                    : Bool.random(using: &random) ? 0 : 6
            }
            let image = try #require(GreyImage(width: width, height: height, pixels: pixels))
            let field = ExposedField(of: image)
            let part = field.cut(image)
            #expect(part.width == field.width && part.height == field.height)
            #expect(2 * part.width >= width && 2 * part.height >= height)
            func grey(_ pixels: [UInt8]) -> Int { pixels.count { (7...248).contains($0) } }
            #expect(grey(part.pixels) == grey(image.pixels))
            if field.border != .cropped { #expect(part == image) }
        }
    }

    @Test("a border that is wider than a quarter, and an image of nothing else, stay whole")
    func tooWide() throws {
        var random = SystemRandomNumberGenerator()
        let film = try Self.film(&random)
        let wide = try Self.bordered(
            film, left: film.width / 2, top: 0, right: 0, bottom: 0, isWhite: false, &random)
        #expect(ExposedField(of: wide).border == .tooWide)
        #expect(ExposedField(of: wide).cut(wide) == wide)
        for value in [UInt8(0), 3, 255] {
            let blank = try #require(
                GreyImage(width: 9, height: 5, pixels: [UInt8](repeating: value, count: 45)))
            let field = ExposedField(of: blank)
            #expect(field.border == .tooWide && field.cut(blank) == blank)
        }
    }

    @Test("only a manifest that declares it has the step, and another digest")
    func declared() throws {
        var random = SystemRandomNumberGenerator()
        let film = try Self.film(&random)
        let bordered = try Self.bordered(
            film, left: 9, top: 9, right: 9, bottom: 9, isWhite: false, &random)
        let (with, without) = (try Self.manifest(true), try Self.manifest(false))
        #expect(with.digest != without.digest)
        #expect(with.canonicalText.contains("\nfield vigil-field/1 "))
        #expect(!without.canonicalText.contains("field"))
        #expect(
            Preprocessor(without).tensor(of: bordered) != Preprocessor(with).tensor(of: bordered))
        #expect(RangeCheck(with).flags(of: bordered).contains(.borderCropped))
        #expect(!RangeCheck(without).flags(of: bordered).contains(.borderCropped))
        let wide = try Self.bordered(
            film, left: film.width, top: 0, right: 0, bottom: 0, isWhite: false, &random)
        #expect(RangeCheck(with).flags(of: wide).contains(.borderTooWide))
    }
}
