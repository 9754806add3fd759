import Imaging
import Testing

/// Images whose range does not fit, each with its flag, and ordinary ones without any.
struct RangeCheckTests {
    private static func manifest(
        rescale: Double = 1.0 / 255.0, mean: Float = 0.48, deviation: Float = 0.27
    ) throws -> PreprocessingManifest {
        try #require(
            PreprocessingManifest(
                resize: .shortestEdge(224), width: 224, height: 224, rescale: rescale,
                mean: [mean, mean, mean], deviation: [deviation, deviation, deviation]))
    }

    private static func image(_ value: (_ x: Int, _ y: Int) -> Int) throws -> GreyImage {
        let side = 200
        let pixels = (0..<side * side).map {
            UInt8(clamping: value($0 % side, $0 / side))
        }
        return try #require(GreyImage(width: side, height: side, pixels: pixels))
    }

    /// A bright body with darker lungs on dark air.
    private static func chest(_ x: Int, _ y: Int) -> Int {
        let texture = (x * 7 + y * 13) % 17
        let isBody = (15..<185).contains(x) && y >= 10
        let isLung = isBody && ((40..<85).contains(x) || (115..<160).contains(x)) && y > 40
        return (isLung ? 70 : isBody ? 180 : 5) + texture
    }

    private func flags(
        _ image: GreyImage, _ modality: Modality? = .digitalRadiography,
        _ manifest: PreprocessingManifest? = nil
    ) throws -> [RangeFlag] {
        RangeCheck(try manifest ?? Self.manifest()).flags(of: image, modality: modality)
    }

    @Test("an ordinary image has no flag, on any of the usual scales")
    func ordinary() throws {
        let chest = try Self.image(Self.chest)
        #expect(try flags(chest).isEmpty)
        for (rescale, mean, deviation) in [
            (1.0 / 255, Float(0.5), Float(0.5)), (1.0 / 255, 0.5307, 0.2583),
            (1, 101.48761, 83.43944), (1, 0, 255), (1.0 / 127.5, 1, 1),
        ] {
            let manifest = try Self.manifest(rescale: rescale, mean: mean, deviation: deviation)
            #expect(try flags(chest, nil, manifest).isEmpty, "\(rescale) \(mean) \(deviation)")
        }
    }

    @Test("an image of one value is constant and nothing else", arguments: [0, 1, 128, 255])
    func constant(_ value: Int) throws {
        #expect(try flags(Self.image { _, _ in value }) == [.constantImage])
    }

    @Test("an image in a sixteenth of the scale is narrow, as 12 bits read as 16")
    func narrow() throws {
        let image = try Self.image { Self.chest($0, $1) / 16 }
        #expect(try flags(image).contains(.narrowRange))
        let wide = try Self.image { Self.chest($0, $1) / 4 }
        #expect(try !flags(wide).contains(.narrowRange))
    }

    @Test("an image that is black and white alone, but for a trace, is saturated")
    func saturated() throws {
        let image = try Self.image { x, y in (x + 200 * y) % 97 == 0 ? 128 : x < 100 ? 0 : 255 }
        #expect(try flags(image).contains(.saturatedImage))
    }

    @Test("a radiograph turned over is suspected, and not an image of another kind")
    func inverted() throws {
        let image = try Self.image { 255 - Self.chest($0, $1) }
        #expect(try flags(image, .computedRadiography) == [.invertedSuspected])
        for modality in [Modality.computedTomography, .ultrasound, .secondaryCapture] {
            #expect(try flags(image, modality).isEmpty)
        }
        #expect(try flags(image, nil).isEmpty)
    }

    @Test("a manifest whose mean belongs to another scale is found on every image")
    func mismatch() throws {
        let chest = try Self.image(Self.chest)
        // CheXzero's mean with values of 0…1: every image gives nearly the same tensor.
        let small = try Self.manifest(mean: 101.48761, deviation: 83.43944)
        #expect(try flags(chest, nil, small) == [.manifestMismatch])
        // CLIP's mean with values of 0…255.
        let large = try Self.manifest(rescale: 1)
        #expect(try flags(chest, nil, large) == [.manifestMismatch])
    }

    @Test("of several frames, each flag is named once and in order")
    func frames() throws {
        let black = try Self.image { _, _ in 0 }
        let narrow = try Self.image { Self.chest($0, $1) / 16 }
        let check = RangeCheck(try Self.manifest())
        #expect(
            check.flags(of: [narrow, black, try Self.image(Self.chest), black], .other)
                == ["constant_image", "narrow_range"])
    }
}
