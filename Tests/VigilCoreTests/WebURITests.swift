import Testing
import VigilCore

@Suite("https: URIs of instances")
struct WebURITests {
    @Test(
        "a well-formed one is taken apart into its origin and what is asked for there",
        arguments: [
            (
                "https://pacs.example/dicom-web/studies/1.2/series/1.3/instances/1.4",
                "https://pacs.example:443", "/dicom-web/studies/1.2/series/1.3/instances/1.4"
            ),
            ("HTTPS://PACS.Example:8443/a", "https://pacs.example:8443", "/a"),
            ("https://[FD00::1]:8443/A", "https://[fd00::1]:8443", "/A"),
            (
                "https://10.0.0.1/wado?a=b/../c?&d=%20e", "https://10.0.0.1:443",
                "/wado?a=b/../c?&d=%20e"
            ),
            ("https://pacs/a@b:c;d=(e)/~f_%C3%BC", "https://pacs:443", "/a@b:c;d=(e)/~f_%C3%BC"),
        ])
    func good(_ text: String, _ origin: String, _ target: String) throws {
        let uri = try WebURI(text)
        #expect(uri.origin == origin && uri.target == target)
    }

    @Test(
        "what two readers could take for two places is refused",
        arguments: [
            "https://", "https:///a", "https://pacs", "https://pacs?a", "https://pacs:/a",
            "https:/pacs/a",
            "https:pacs/a", "https://pacs:0/a", "https://pacs:080/a", "https://pacs:65536/a",
            "https://pacs:-1/a", "https://pacs:8 0/a", "https://pacs:443:443/a", "https://a@pacs/a",
            "https://a:b@pacs/a", "https://pacs\\@evil/a", "https://pacs/a\\b", "https://pacs/a#b",
            "https://pacs#/a", "https://pa cs/a", "https://pacs/a b", "https://pacs/a\nb",
            "https://pacs/\u{fc}", "https://p\u{fc}cs/a", "https://pacs/%", "https://pacs/%2",
            "https://pacs/%g0", "https://pacs/%00", "https://pacs/%0a", "https://pacs/%7f",
            "https://pacs/%2e", "https://pacs/%2E%2E/a", "https://pacs/a%2fb", "https://pacs/a%5Cb",
            "https://pacs/%252e", "https://pacs/.", "https://pacs/./a", "https://pacs/a/..",
            "https://pacs/a/../b", "https://pacs//a", "https://pacs/a/", "https://.pacs/a",
            "https://pacs./a", "https://pa..cs/a", "https://-pacs/a", "https://pacs-/a",
            "https://pa_cs/a", "https://[::1/a", "https://[]/a", "https://[::1]a/a",
            "https://[::g]/a",
            "https://pacs/<a>", "https://pacs/a|b", "https://pacs/a?%00", "https://pacs/\"",
        ])
    func refused(_ text: String) {
        #expect(throws: WebURI.Refusal.malformed) { try WebURI(text) }
    }

    @Test(
        "another scheme is told as such",
        arguments: [
            "http://pacs/a", "HTTP://pacs/a", "ftp://a/b", "s3://a/b", "httpss://a/b", "data:,a",
        ])
    func otherScheme(_ text: String) {
        #expect(throws: WebURI.Refusal.otherScheme) { try WebURI(text) }
    }
}
