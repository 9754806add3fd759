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
        limits.reusesDecoders = true
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

    @Test(
        "each study has a decoder of its own, unless they are to be kept", arguments: [false, true])
    func freshForEachStudy(reuses: Bool) throws {
        var limits = DecodeLimits()
        limits.reusesDecoders = reuses
        let pool = try DecoderPool(slots: 1, limits: limits)
        let film = try OpenedInput(bytes: TestData.bytes(TestData.pydicom + "/RG1_UNCR.dcm"))
        var seen: [[Int32]] = []
        for _ in 0..<3 {
            let digest = try pool.decode(film, place: 0).pixelDigest
            let ofStudy = pool.processIdentifiers
            #expect(try pool.decode(film, place: 0).pixelDigest == digest)
            #expect(pool.processIdentifiers == ofStudy)
            seen.append(ofStudy)
            pool.endStudy(at: 0)
        }
        #expect(Set(seen).count == (reuses ? 1 : 3))
        #expect(pool.startedDecoders == (reuses ? 1 : 3))
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
