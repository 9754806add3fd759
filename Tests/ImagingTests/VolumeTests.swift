import Imaging
import Testing
import VigilCore

/// Values, places and series of CT slices.
@Suite("CT series")
struct VolumeTests {
    /// Axial slices of 3 × 2 pixels whose values are their place in millimetres, pixel by pixel.
    private static func slice(
        at depth: Double, width: Int = 3, spacing: [Double]? = [0.8, 0.7],
        orientation: [Double] = [1, 0, 0, 0, 1, 0], modality: Modality = .computedTomography
    ) -> CTSlice {
        CTSlice(
            width: width, height: 2, place: SlicePlace([-10, -20, depth] + orientation),
            spacing: spacing,
            values: values(at: depth, count: width * 2)[...], modality: modality)
    }

    private static func values(at depth: Double, count: Int = 6) -> [Int16] {
        (0..<count).map { Int16(depth * 10) + Int16($0) }
    }

    private static func reason(_ slices: [CTSlice]) -> ImagingError? {
        do throws(ImagingError) {
            _ = try CTSeries.volume(slices)
            return nil
        } catch { return error }
    }

    @Test("slices are put in the order of their places, and doubles left out")
    func order() throws {
        let depths = [5.0, -2.5, 0, 2.5, 0, 7.5]
        let volume = try CTSeries.volume(depths.map { Self.slice(at: $0) })
        #expect(
            volume.values == [-2.5, 0, 2.5, 5, 7.5].flatMap { Self.values(at: $0) })
        // Columns run to the left and rows to the back, slices upwards.
        #expect(volume.axes.map(\.count) == [3, 2, 5])
        #expect(volume.axes.map(\.stride) == [-1, -3, 6])
        #expect(volume.axes.map(\.spacing) == [0.7, 0.8, 2.5])
        #expect(volume.start == 5)
    }

    @Test("sagittal and coronal slices find their axes")
    func orientations() throws {
        let sagittal = try CTSeries.volume(
            (0..<4).map { index in
                CTSlice(
                    width: 3, height: 2,
                    place: SlicePlace([Double(index) * -2, 0, 0, 0, 1, 0, 0, 0, -1]),
                    spacing: [1.5, 1.25], values: [Int16](repeating: 0, count: 6)[...])
            })
        #expect(sagittal.axes.map(\.count) == [4, 3, 2])
        #expect(sagittal.axes.map(\.spacing) == [2, 1.25, 1.5])
        let tilted = try CTSeries.volume(
            (0..<5).map { index in
                Self.slice(at: Double(index), orientation: [1, 0, 0, 0, 0.8, -0.6])
            })
        #expect(tilted.axes.map(\.count) == [3, 2, 5])
        #expect(abs(tilted.axes[2].spacing - 0.8) < 1e-9)
    }

    @Test("what is no volume is refused with the reason")
    func refusals() {
        let good = [0.0, 1, 2, 3, 4].map { Self.slice(at: $0) }
        let cases: [(CTSlice, String)] = [
            (Self.slice(at: 9), "missing"), (Self.slice(at: 5, width: 4), "differ"),
            (Self.slice(at: 5, spacing: nil), "spacing"),
            (Self.slice(at: 5, orientation: [0.9998, 0.02, 0, -0.02, 0.9998, 0]), "differ"),
            (Self.slice(at: 5, orientation: [2, 0, 0, 0, 1, 0]), "position"),
            (Self.slice(at: 5, modality: .magneticResonance), "CT"),
        ]
        for (slice, word) in cases {
            let error = Self.reason(good + [slice])
            #expect(error?.code == "not_a_volume" && error?.what.text.contains(word) == true)
        }
        #expect(Self.reason([])?.code == "not_a_volume")
        #expect(Self.reason(Array(good.prefix(3)))?.what.text.contains("3 slices") == true)
        // Between right and front, no axis is nearer than another.
        let askew = (0..<4).map { index in
            CTSlice(
                width: 3, height: 2,
                place: SlicePlace([
                    Double(index), -Double(index), 0, 0.5, 0.5, 0.7071, -0.5, -0.5, 0.7071,
                ]), spacing: [1, 1], values: Self.values(at: 0)[...])
        }
        #expect(Self.reason(askew)?.what.text.contains("askew") == true)
    }

    @Test(
        "values are pydicom's, in whole units, with the place in the patient",
        .enabled(if: TestData.hasPydicom && TestData.hasShared, "no real CT files are present"))
    func values() throws {
        let series = TestData.shared + "/ct-body-j2k"
        let files = [
            (
                TestData.pydicom + "/693_J2KR.dcm",
                "dd1c8d7baacc948269747a5787c94c8253c00a53fd52e9743edb4c1992c6bf3e",
                [-122.5, -112.4, 47]
            ),
            (
                series + "/" + (TestData.names(in: series).first ?? ""),
                "887786e489ab9e930d865b9e9848840daf8a1cd6d456eff0e4f295c7fb0c215b",
                [-249.51171875, -437.51171875, -766.5]
            ),
        ]
        for (path, digest, position) in files {
            let input = try InputRoots.openTrusted(path: path, maximumBytes: 1 << 26)
            let decoded = try TestData.pool.get().decode(input, wantsValues: true)
            #expect(decoded.values.count == 512 * 512 && decoded.frames.count == 1)
            #expect(decoded.values.withUnsafeBytes { Digest(of: $0) }.hex == digest)
            #expect(decoded.places.first?.position == position)
            #expect(decoded.places.first?.normal == [0, 0, 1])
            #expect(try TestData.decode(path: path).values.isEmpty)
        }
    }

    @Test("an Enhanced CT is the volume that its frames would be as files of their own")
    func enhanced() throws {
        let bytes = TestData.bytes(VectorFile.folder + "enhanced-ct.dcm")
        let decoded = try TestData.pool.get().decode(bytes, wantsValues: true)
        #expect(decoded.frames.count == 6 && decoded.places.count == 6)
        #expect(decoded.pixelSpacing.map { [$0.rows, $0.columns] } == [0.8, 0.7])
        // The frames lie in another order in the file, each with an intercept of its own.
        let volume = try CTSeries.volume(CTSlice.all(of: decoded))
        let files = try CTSeries.volume((0..<6).map { Self.slice(at: Double($0) * 2.5) })
        #expect(volume == files)
        // Two positions of the table of one time each, say of a perfusion, are no volume.
        let twice = try CTSeries.volume(CTSlice.all(of: decoded) + CTSlice.all(of: decoded))
        #expect(twice == files)
    }

    @Test("frames without a place each, or of several scales, are no volume")
    func incomplete() throws {
        let bytes = TestData.bytes(VectorFile.folder + "enhanced-ct.dcm")
        // Each attribute once, in the group of the last frame: position and spacing.
        for tag: [UInt8] in [[0x20, 0, 0x32, 0], [0x28, 0, 0x30, 0]] {
            let damaged = try #require(Self.renamed(tag, in: bytes), "\(tag)")
            let decoded = try TestData.pool.get().decode(damaged, wantsValues: true)
            #expect(decoded.frames.count == 6 && decoded.places.isEmpty)
            #expect(Self.reason(CTSlice.all(of: decoded))?.code == "not_a_volume")
        }
    }

    /// The bytes with the last element of this tag turned into one of the same group that no
    /// dictionary knows.
    private static func renamed(_ tag: [UInt8], in bytes: [UInt8]) -> [UInt8]? {
        let places = bytes.indices.dropLast(6).filter {
            Array(bytes[$0..<$0 + 4]) == tag && bytes[$0 + 4] == 0x44 && bytes[$0 + 5] == 0x53
        }
        guard let last = places.last else { return nil }
        var out = bytes
        out[last + 3] = 0xff
        return out
    }

    @Test(
        "colour has no values and is refused where they are wanted",
        .enabled(if: TestData.hasPydicom, "no real DICOM files are present"))
    func colour() throws {
        let path = TestData.pydicom + "/SC_rgb.dcm"
        let input = try InputRoots.openTrusted(path: path, maximumBytes: 1 << 26)
        #expect(throws: ImagingError.unsupportedPixelFormat) {
            try TestData.pool.get().decode(input, wantsValues: true)
        }
    }

    @Test("a manifest's digest covers every declaration, and numbers out of range are refused")
    func manifest() {
        func manifest(_ spacing: Double, _ high: Double, _ size: Int) -> VolumeManifest? {
            guard high > -1000 else { return nil }
            return VolumeManifest(
                spacing: (1.5, spacing, 3), window: -1000...high, size: (size, 8, 8))
        }
        let all = [
            manifest(1.5, 1000, 8), manifest(1.25, 1000, 8), manifest(1.5, 200, 8),
            manifest(1.5, 1000, 9),
        ].compactMap { $0?.digest }
        #expect(Set(all).count == 4)
        #expect(manifest(0, 1000, 8) == nil && manifest(1.5, .infinity, 8) == nil)
        #expect(manifest(1.5, 1000, 0) == nil && manifest(1.5, 1000, 513) == nil)
    }

    @Test("the middle square is cut out before an image is brought to size")
    func middleSquare() throws {
        let manifest = try #require(
            PreprocessingManifest(
                resize: .middleSquare(4), filter: .bilinear, width: 4, height: 4, mean: [0.5],
                deviation: [1.0 / 2048], channels: .single))
        var pixels: [UInt8] = []
        for index in 0..<36 {
            let column = index % 9
            pixels.append(column < 2 || column > 5 ? 255 : UInt8(column))
        }
        let image = try #require(GreyImage(width: 9, height: 4, pixels: pixels))
        let expected = (0..<16).map { index -> Float in
            let grey = Double(2 + index % 4)
            return (Float(grey * (1.0 / 255)) - 0.5) * 2048
        }
        #expect(Preprocessor(manifest).tensor(of: image) == expected)
        #expect(manifest.canonicalText.contains("middle-square 4"))
    }
}
