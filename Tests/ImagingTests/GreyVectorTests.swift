import Imaging
import Testing
import VigilCore

/// One line of `grey.tsv`.
struct GreyVector: CustomTestStringConvertible {
    let name: String
    let width: Int
    let height: Int
    let frames: Int
    /// Levels that lossy decoders may differ by; 0 asks for the same bits.
    let tolerance: Int
    /// A digest of all pixels, or 256 grey values of the first frame.
    let value: String

    var testDescription: String { name }

    var path: String {
        if name.hasPrefix("CT.") { return TestData.shared + "/ct-body-j2k/" + name }
        if name.hasPrefix("cr-chest") { return TestData.shared + "/cxr/" + name }
        return TestData.pydicom + "/" + name
    }

    var isPresent: Bool {
        path.hasPrefix(TestData.pydicom) ? TestData.hasPydicom : TestData.hasShared
    }

    static let all: [GreyVector] = VectorFile.rows("grey.tsv").compactMap { row in
        guard row.count == 6, let width = Int(row[1]), let height = Int(row[2]),
            let frames = Int(row[3]), let tolerance = Int(row[4])
        else { return nil }
        return GreyVector(
            name: row[0], width: width, height: height, frames: frames, tolerance: tolerance,
            value: row[5])
    }
}

@Suite("Grey values against pydicom and Pillow")
struct GreyVectorTests {
    @Test("the vectors are there")
    func vectorsArePresent() {
        #expect(GreyVector.all.count == 89)
    }

    @Test(
        "a real file decodes to the grey values of the reference",
        .enabled(if: TestData.hasPydicom || TestData.hasShared, "no real DICOM files are present"),
        arguments: GreyVector.all.filter(\.isPresent))
    func decodesAsReference(_ vector: GreyVector) throws {
        let decoded = try TestData.decode(path: vector.path)
        #expect(decoded.width == vector.width)
        #expect(decoded.height == vector.height)
        #expect(decoded.frames.count == vector.frames)
        if vector.tolerance == 0 {
            #expect(decoded.pixelDigest.hex == vector.value)
            return
        }
        let expected = try #require(Hex.decode(vector.value))
        let image = decoded.frames[0]
        let rows = (0..<16).map { (2 * $0 + 1) * image.height / 32 }
        let columns = (0..<16).map { (2 * $0 + 1) * image.width / 32 }
        let found = rows.flatMap { row in columns.map { image.pixels[row * image.width + $0] } }
        let worst = zip(found, expected).map { abs(Int($0) - Int($1)) }.max()
        #expect(try #require(worst) <= vector.tolerance, "worst \(worst ?? -1)")
    }
}

@Suite("One image in several encodings", .enabled(if: TestData.hasPydicom, "no pydicom-data"))
struct LosslessCopyTests {
    @Test(
        "lossless copies give the same bits",
        arguments: [
            ["RG1_UNCR.dcm", "RG1_J2KR.dcm"],
            ["RG1_UNCI.dcm", "RG1_J2KI.dcm"],
            ["RG3_UNCR.dcm", "RG3_J2KR.dcm"],
            ["MR2_UNCR.dcm", "MR2_J2KR.dcm"],
            ["US1_UNCR.dcm", "US1_J2KR.dcm"],
            ["693_UNCR.dcm", "693_J2KR.dcm"],
            ["OBXXXX1A.dcm", "OBXXXX1A_rle.dcm", "OBXXXX1A_expb.dcm"],
            [
                "emri_small.dcm", "emri_small_RLE.dcm", "emri_small_big_endian.dcm",
                "emri_small_jpeg_2k_lossless.dcm", "emri_small_jpeg_ls_lossless.dcm",
            ],
            ["SC_rgb.dcm", "SC_rgb_expb.dcm", "SC_rgb_16bit.dcm", "SC_rgb_expb_32bit.dcm"],
            ["color-pl.dcm", "color-px.dcm"],
            ["gdcm-US-ALOKA-16.dcm", "gdcm-US-ALOKA-16_big.dcm"],
            ["liver.dcm", "liver_expb.dcm"],
        ])
    func copiesAgree(_ names: [String]) throws {
        let digests = try names.map { try TestData.decode($0).pixelDigest }
        #expect(Set(digests).count == 1)
    }

    @Test("the reversible and the irreversible chest image differ")
    func lossyCopyDiffers() throws {
        let exact = try TestData.decode("RG1_UNCR.dcm")
        let lossy = try TestData.decode("RG1_J2KI.dcm")
        #expect(exact.pixelDigest != lossy.pixelDigest)
    }

    @Test("facts of a chest radiograph come with it")
    func facts() throws {
        let decoded = try TestData.decode("RG1_J2KR.dcm")
        #expect(decoded.modality == .computedRadiography)
        #expect(decoded.encoding.transferSyntax == .jpeg2000Lossless)
        #expect(decoded.encoding.photometric == .monochrome1)
        #expect(decoded.encoding.isInverted)
        #expect(decoded.encoding.bitsStored == 15)
        #expect(decoded.window.used == .linear)
        #expect(decoded.window.center == 15000)
        #expect(decoded.window.width == 30000)
        #expect(decoded.uids.study != nil && decoded.uids.series != nil)
        #expect(decoded.uids.instance != nil)
        #expect(!decoded.frames[0].statistics().isConstant)
    }
}
