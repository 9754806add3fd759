import HTTPClient
import Testing

/// Bodies of several parts, as archives answer with them.
struct MultipartRelatedTests {
    private func parts(
        _ body: String, type: String = "multipart/related; boundary=b", countMax: Int = 3
    ) throws(MultipartRelated.Refusal) -> [String] {
        try MultipartRelated.parts(of: Array(body.utf8), contentType: type, countMax: countMax)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("parts are what stands between delimiters, without their headers")
    func found() throws {
        #expect(try parts("--b\r\nContent-Type: a/b\r\n\r\none\r\n--b--") == ["one"])
        #expect(try parts("\r\n--b\r\n\r\none\r\n--b--\r\n") == ["one"])
        let two = "preamble\r\n--b  \r\nA: b\r\nC: d\r\n\r\n1\r\n2\r\n--b\r\n\r\n\r\n--b--x"
        #expect(try parts(two) == ["1\r\n2", ""])
        #expect(try parts("--b\r\nA: b\r\n\r\n\r\n--b--") == [""])
        #expect(try parts("--b--") == [])
        #expect(try parts("--b\r\n\r\n--c\r\n--bu\r\n--b--") == ["--c\r\n--bu"])
    }

    @Test(
        "the boundary is read from any lawful header",
        arguments: [
            "multipart/related;boundary=b", "Multipart/Related ; type=\"a/b\" ; BOUNDARY = b ",
            "multipart/related; boundary=\"b\"; type=\"application/dicom\"",
            "multipart/related; type=\"a;boundary=c\"; boundary=b", "multipart/mixed; boundary=b",
        ])
    func boundary(_ type: String) throws {
        #expect(MultipartRelated.isNamed(by: type))
        #expect(try parts("--b\r\n\r\none\r\n--b--", type: type) == ["one"])
    }

    @Test("a body that was cut off at any byte gives no part")
    func cutOff() {
        let whole = "--b\r\nA: b\r\n\r\none\r\n--b--"
        for length in 0..<whole.utf8.count {
            #expect(throws: MultipartRelated.Refusal.cutOff, "\(length)") {
                try parts(String(decoding: whole.utf8.prefix(length), as: UTF8.self))
            }
        }
    }

    @Test("without a boundary, or with more parts than are taken, there is an error")
    func refused() {
        for type in [
            "multipart/related", "multipart/related; boundary=", "", "a; boundary=\"\u{7}\"",
        ] {
            #expect(throws: MultipartRelated.Refusal.noBoundary, "\(type)") {
                try parts("--b--", type: type)
            }
        }
        #expect(throws: MultipartRelated.Refusal.tooManyParts) {
            try parts("--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--", countMax: 1)
        }
        #expect(!MultipartRelated.isNamed(by: "application/dicom"))
    }
}
