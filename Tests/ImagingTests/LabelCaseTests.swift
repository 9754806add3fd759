import Imaging
import Testing
import VigilCore

/// One line of `labels.tsv`.
struct LabelCase: CustomTestStringConvertible, Sendable {
    let name: String
    /// The code of the refusal; nil for an image.
    let refusal: String?
    let flags: [String]
    /// Levels that lossy decoders may differ by; 0 asks for the same bits.
    let tolerance: Int
    /// SHA-256 of the grey, or where it may differ the grey itself in base64.
    let grey: String
    let file: [UInt8]

    var testDescription: String { name }

    static let all: [LabelCase] = VectorFile.rows("labels.tsv").compactMap { row in
        guard row.count == 6, let tolerance = Int(row[3]), let file = Base64.decode(row[5])
        else { return nil }
        return LabelCase(
            name: row[0], refusal: row[1] == "-" ? nil : row[1],
            flags: row[2].split(separator: ",").map(String.init), tolerance: tolerance,
            grey: row[4], file: file)
    }
}

@Suite("Labels against bytes")
struct LabelCaseTests {
    @Test("the cases are there")
    func casesArePresent() {
        #expect(LabelCase.all.count > 150)
    }

    @Test(
        "a file whose labels are wrong, odd or unreadable is read as its right value or refused",
        arguments: LabelCase.all)
    func isRight(_ one: LabelCase) throws {
        if let refusal = one.refusal {
            #expect(try TestData.failure(of: one.file)?.code.text == refusal)
            return
        }
        let decoded = try TestData.pool.get().decode(one.file)
        let pixels = decoded.frames[0].pixels
        #expect(decoded.flags == one.flags)
        guard one.tolerance > 0 else {
            #expect(Digest(of: pixels).hex == one.grey)
            return
        }
        let expected = try #require(Base64.decode(one.grey))
        #expect(pixels.count == expected.count)
        let worst = zip(pixels, expected).map { abs(Int($0) - Int($1)) }.max() ?? 255
        #expect(worst <= one.tolerance, "worst \(worst)")
    }

    @Test("a refusal says which attribute it is about, and what to do")
    func refusalsAreClear() throws {
        let words = [
            "numbers that are words": "Rescale Slope", "a window that is a word": "Window Center",
            "padding that is a word": "Pixel Padding Value",
            "two frames' bytes, one said": "length of Pixel Data",
            "VOI LUT with too few entries": "VOI LUT Sequence",
            "RGB of one sample": "Photometric Interpretation",
        ]
        for one in LabelCase.all {
            guard let word = words[one.name] else { continue }
            let failure = try #require(try TestData.failure(of: one.file))
            #expect(failure.what.text.contains(word), "\(one.name): \(failure.what)")
            #expect(!failure.remedy.text.isEmpty)
        }
    }
}
