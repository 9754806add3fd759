import Testing
import VigilCore

/// Which `file:` URIs name a path.
struct FileURITests {
    @Test(
        "a file URI gives its path",
        arguments: [
            ("file:///in/a.dcm", "/in/a.dcm"), ("file:/in/a.dcm", "/in/a.dcm"),
            ("FILE://LocalHost/in/a.dcm", "/in/a.dcm"), ("file:///a%20b%2Fc.dcm", "/a b/c.dcm"),
            ("file:///a b.dcm", "/a b.dcm"), ("file:///%C3%A9", "/\u{e9}"),
            ("file:///in/../etc/passwd", "/in/../etc/passwd"), ("file:///é", "/é"),
        ])
    func path(uri: String, path: String) throws {
        #expect(try FileURI.path(of: uri) == Array(path.utf8))
    }

    @Test("a name is any bytes: Latin-1 comes through as it is, and two spellings stay two names")
    func bytes() throws {
        let name = try FileURI.path(of: "file:///M%FCller.dcm")
        #expect(name == Array("/M".utf8) + [0xfc] + Array("ller.dcm".utf8))
        #expect(try FileURI.path(of: "file:///%ff%FE") == [0x2f, 0xff, 0xfe])
        let spellings = ["file:///caf\u{e9}.dcm", "file:///cafe\u{301}.dcm"]
        #expect(Set(try spellings.map { try FileURI.path(of: $0) }).count == 2)
        #expect(try FileURI.path(of: "file:///\u{301}a") == [0x2f, 0xcc, 0x81, 0x61])
    }

    @Test(
        "what names no local file is refused",
        arguments: [
            "", "file:", "file:/".dropLast().description, "file:a.dcm", "file://a.dcm", "/in/a.dcm",
            "file://host/a.dcm", "file:///a%", "file:///a%2", "file:///a%zz", "file:///a%00.dcm",
            "file:///a\u{0}b", "file:///a\nb", "file:///a?b", "file:///a#b",
            "file:\u{301}///a",
            "file://", "https://host/a.dcm", "s3://bucket/a", "data:application/dicom,x",
        ])
    func refused(uri: String) {
        #expect(throws: FileURI.Refusal.self) { try FileURI.path(of: uri) }
    }

    @Test("another scheme is told from a malformed URI")
    func schemes() {
        #expect(throws: FileURI.Refusal.otherScheme) { try FileURI.path(of: "https://host/a") }
        #expect(throws: FileURI.Refusal.malformed) { try FileURI.path(of: "a/b.dcm") }
    }
}
