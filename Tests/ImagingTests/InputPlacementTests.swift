import Imaging
import Testing

/// A part of a model's input is found again in the matrix that it was made of.
@Suite("Placement of an input")
struct InputPlacementTests {
    private static func manifest(
        _ resize: PreprocessingManifest.Resize, crops: Bool = false, pads: Bool = false
    ) throws -> PreprocessingManifest {
        try #require(
            PreprocessingManifest(
                cropsToField: crops, padToSquare: pads, resize: resize, width: 64, height: 64,
                mean: [0], deviation: [1], channels: .single))
    }

    private static func manifests() throws -> [PreprocessingManifest] {
        var all: [PreprocessingManifest] = []
        for crops in [false, true] {
            for pads in [false, true] {
                for resize in [.shortestEdge(64), .shortestEdge(80), .shortestEdge(48)]
                    + [
                        PreprocessingManifest.Resize.exact(width: 64, height: 64),
                        .middleSquare(64),
                    ]
                {
                    all.append(try manifest(resize, crops: crops, pads: pads))
                }
            }
            all.append(try manifest(.squareThenFloat(side: 96), crops: crops))
        }
        return all
    }

    private static func hasRim(_ manifest: PreprocessingManifest) -> Bool {
        if case .squareThenFloat = manifest.resize { return true }
        return manifest.padToSquare
    }

    /// A grey film with a white or black square, in a border that is cut off.
    private static func film(
        width: Int, height: Int, mark: PixelBox, border: (left: Int, top: Int), isNegative: Bool
    ) throws -> GreyImage {
        let pixels = (0..<width * height).map { place -> UInt8 in
            let (x, y) = (place % width, place / width)
            let isMark =
                (mark.left..<mark.left + mark.width).contains(x)
                && (mark.top..<mark.top + mark.height).contains(y)
            let grey: UInt8 =
                x < border.left || y < border.top ? 0 : isMark ? 240 : UInt8(90 + (x * 7 + y) % 9)
            return isNegative ? 255 - grey : grey
        }
        return try #require(GreyImage(width: width, height: height, pixels: pixels))
    }

    @Test("a mark in the matrix lies where the input says, in every way of preprocessing")
    func marks() throws {
        var found = 0
        for manifest in try Self.manifests() {
            let preprocessor = Preprocessor(manifest)
            for (width, height, left, top) in [
                (200, 200, 90, 120), (320, 200, 140, 60), (180, 333, 60, 170), (201, 257, 100, 99),
            ] {
                // A black rim, resized, is as grey as a mark of a negative.
                for isNegative in Self.hasRim(manifest) ? [false] : [false, true] {
                    let mark = PixelBox(left: left, top: top, width: 24, height: 24)
                    let film = try Self.film(
                        width: width, height: height, mark: mark, border: (13, 21),
                        isNegative: isNegative)
                    let tensor = preprocessor.tensor(of: film)
                    let isInside: (Float) -> Bool = { value in
                        isNegative ? value < 0.3 && value > 0.03 : value > 0.65
                    }
                    let inside = (0..<64 * 64).filter { isInside(tensor[$0]) }
                    guard let first = inside.first else { continue }
                    let (columns, rows) = (inside.map { $0 % 64 }, inside.map { $0 / 64 })
                    let box = try #require(
                        preprocessor.placement(of: film).box(
                            left: columns.min() ?? 0, top: first / 64,
                            right: (columns.max() ?? 0) + 1, bottom: (rows.max() ?? 0) + 1))
                    // A pixel of the input is a few of the matrix wide.
                    #expect(abs(box.left - mark.left) <= 7, "\(manifest.canonicalText) \(box)")
                    #expect(abs(box.top - mark.top) <= 7, "\(manifest.canonicalText) \(box)")
                    #expect(abs(box.left + box.width - mark.left - mark.width) <= 7)
                    #expect(abs(box.top + box.height - mark.top - mark.height) <= 7)
                    found += 1
                }
            }
        }
        #expect(found >= 120, "\(found)")
    }

    @Test("a film that is turned by a quarter has its boxes turned with it")
    func turned() throws {
        let mark = PixelBox(left: 60, top: 90, width: 24, height: 24)
        for manifest in try Self.manifests() {
            let preprocessor = Preprocessor(manifest)
            for (width, height) in [(200, 200), (320, 200), (180, 333)] {
                let film = try Self.film(
                    width: width, height: height, mark: mark, border: (13, 21), isNegative: false)
                // Rows become columns.
                let pixels = (0..<width * height).map {
                    film.pixels[$0 % height * width + $0 / height]
                }
                let twin = try #require(GreyImage(width: height, height: width, pixels: pixels))
                let (plain, turned) = (
                    preprocessor.placement(of: film), preprocessor.placement(of: twin)
                )
                #expect(turned.matrix == (plain.matrix.rows, plain.matrix.columns))
                for patch in 0..<64 {
                    let (left, top) = (patch % 8 * 8, patch / 8 * 8)
                    let one = plain.box(left: left, top: top, right: left + 8, bottom: top + 8)
                    let other = turned.box(left: top, top: left, right: top + 8, bottom: left + 8)
                    #expect(
                        other
                            == one.map {
                                PixelBox(
                                    left: $0.top, top: $0.left, width: $0.height, height: $0.width)
                            }, "\(manifest.canonicalText)")
                }
            }
        }
    }

    @Test("padding alone lies nowhere, and no box leaves the matrix")
    func padding() throws {
        let film = try Self.film(
            width: 100, height: 300, mark: PixelBox(left: 1, top: 1, width: 2, height: 2),
            border: (0, 0), isNegative: false)
        let placement = Preprocessor(try Self.manifest(.shortestEdge(64), pads: true))
            .placement(of: film)
        #expect(placement.box(left: 0, top: 0, right: 16, bottom: 16) == nil)
        #expect(
            placement.box(left: 0, top: 0, right: 64, bottom: 64)
                == PixelBox(left: 0, top: 0, width: 100, height: 300))
        #expect(
            placement.box(left: 16, top: 48, right: 32, bottom: 64)
                == PixelBox(left: 0, top: 225, width: 50, height: 75))
    }

    @Test("heat colours the film within its box alone, and a frame stands within it")
    func heat() throws {
        let film = try #require(
            GreyImage(width: 9, height: 7, pixels: .init(repeating: 80, count: 63)))
        var heat = HeatFilm(film)
        let plain = heat.png
        heat.heat(PixelBox(left: 2, top: 1, width: 4, height: 3), strength: 1)
        heat.heat(PixelBox(left: 7, top: 5, width: 40, height: 40), strength: -0.5)
        heat.frame(PixelBox(left: 2, top: 1, width: 4, height: 3))
        let png = heat.png
        #expect(png.count == plain.count)
        #expect(Array(png.prefix(8)) == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
        // Signature, IHDR, IDAT's head, zlib's head and a stored block's.
        let lines = 8 + 25 + 8 + 2 + 5
        var changed: Set<Int> = []
        for place in 0..<63 {
            let at = lines + place / 9 * 28 + 1 + place % 9 * 3
            if png[at..<at + 3] != plain[at..<at + 3] { changed.insert(place) }
        }
        let expected = (0..<63).filter { place in
            let (x, y) = (place % 9, place / 9)
            return (2..<6).contains(x) && (1..<4).contains(y) || x >= 7 && y >= 5
        }
        #expect(changed == Set(expected))
    }
}
