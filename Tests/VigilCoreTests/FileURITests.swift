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
        #expect(try FileURI.path(of: uri) == path)
    }

    @Test(
        "what names no local file is refused",
        arguments: [
            "", "file:", "file:/".dropLast().description, "file:a.dcm", "file://a.dcm", "/in/a.dcm",
            "file://host/a.dcm", "file:///a%", "file:///a%2", "file:///a%zz", "file:///a%00.dcm",
            "file:///a\u{0}b", "file:///a\nb", "file:///a?b", "file:///a#b", "file:///%ff",
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
