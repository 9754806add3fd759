import Imaging
import Testing

@Suite(
    "Renewal of decoders",
    .enabled(if: TestData.hasPydicom, "no DICOM files: run Deploy/test, which fetches them"))
struct DecoderRenewalTests {
    @Test("a decoder that has had its files is replaced before the next file comes")
    func replacedAhead() throws {
        var limits = DecodeLimits()
        limits.filesPerDecoder = 2
        let pool = try DecoderPool(slots: 1, limits: limits)
        let film = TestData.bytes(TestData.pydicom + "/RG1_UNCR.dcm")
        let digest = try pool.decode(film).pixelDigest
        let first = pool.processIdentifiers
        #expect(pool.startedDecoders == 1)
        #expect(try pool.decode(film).pixelDigest == digest)
        let second = pool.processIdentifiers
        #expect(second.count == 1 && second != first)
        #expect(try pool.decode(film).pixelDigest == digest)
        #expect(pool.processIdentifiers == second)
        #expect(pool.startedDecoders == 2)
    }

    @Test("a fresh decoder that waits for longer than it may take to start decodes all the same")
    func waitsLong() async throws {
        var limits = DecodeLimits()
        limits.filesPerDecoder = 1
        let pool = try DecoderPool(slots: 1, limits: limits)
        let film = TestData.bytes(TestData.pydicom + "/RG1_UNCR.dcm")
        let digest = try pool.decode(film).pixelDigest
        try await Task.sleep(for: .seconds(11))
        #expect(try pool.decode(film).pixelDigest == digest)
    }

    @Test("a decoder that cannot start says so at the file, and again at the next")
    func cannotStart() throws {
        let pool = try DecoderPool(slots: 1, executable: "/bin/true")
        for _ in 0..<2 {
            #expect(throws: ImagingError.decoderUnavailable(errno: 10)) {
                try pool.decode([0])
            }
        }
    }
}
