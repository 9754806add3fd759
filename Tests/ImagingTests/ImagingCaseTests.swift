import Imaging
import Testing
import VigilCore

@Suite(
    "Files of public reports", .enabled(if: ImagingCase.arePresent, "no shared cases are present"))
struct ImagingCaseTests {
    @Test(
        "every case of the imaging table is read as its right value or refused",
        arguments: ImagingCase.all)
    func isRight(_ one: ImagingCase) throws {
        let expected: [UInt8]
        var tolerance = 0
        switch one.outcome {
        case .refused(let code):
            let bytes = TestData.bytes(one.path)
            #expect(try TestData.failure(of: bytes)?.code.text == code)
            return
        case .twin(let name):
            expected = try TestData.decode(path: ImagingCase.path(of: name)).frames[0].pixels
        case .picture(let levels):
            tolerance = levels
            expected = try #require(NumpyFile(path: one.picturePath)).values
        }
        let decoded = try TestData.decode(path: one.path)
        let found = decoded.frames[0].pixels
        #expect(found.count == expected.count)
        let worst = zip(found, expected).map { abs(Int($0) - Int($1)) }.max() ?? 255
        #expect(worst <= tolerance, "worst \(worst)")
        #expect(decoded.flags == one.flags)
    }

    @Test("a film of which the colour model was named wrongly is a picture of a chest again")
    func films() throws {
        for name in ["01b-film-444-label-422", "10d-film-jfif-label-rgb"] {
            let decoded = try TestData.decode(path: ImagingCase.path(of: name))
            #expect(decoded.flags.contains("colour_label_corrected"))
            // A mosaic has jumps between neighbours that no film has.
            let pixels = decoded.frames[0].pixels
            let jumps = zip(pixels, pixels.dropFirst()).count { abs(Int($0) - Int($1)) > 64 }
            #expect(jumps * 100 < pixels.count, "\(name): \(jumps)")
        }
    }

    @Test("a shallow JPEG-LS stream of a public suite is read")
    func shallowStream() throws {
        let decoded = try TestData.decode(path: ImagingCase.path(of: "36b-jls-7-bit"))
        #expect(decoded.width == 128 && decoded.height == 128)
        let statistics = decoded.frames[0].statistics()
        #expect(statistics.minimum == 0 && statistics.maximum == 255)
    }

    @Test("an implicit data set with compressed pixels is read")
    func implicitCompressed() throws {
        let decoded = try TestData.decode(path: ImagingCase.path(of: "13c-jpeg-implicit"))
        #expect(decoded.flags == ["encoding_label_corrected", "lossy_compression"])
    }
}
