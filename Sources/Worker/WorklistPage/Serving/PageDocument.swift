internal import HTTPServer
internal import VigilCore

/// The page itself: one document without a request to anywhere but this program. It holds nothing
/// of any study, so that it needs no token.
struct PageDocument: Sendable {
    private let bytes: [UInt8]
    private let policy: String

    init() {
        let style = PackageResources.page_css
        let script =
            PackageResources.words_js + PackageResources.table_js + PackageResources.page_js
        let html = String(decoding: PackageResources.page_html, as: UTF8.self)
        let filled = html.replacing("<!--STYLE-->", with: Self.tag("style", style))
            .replacing("<!--SCRIPT-->", with: Self.tag("script", script))
        bytes = Array(filled.utf8)
        policy =
            "default-src 'none'; script-src 'sha256-\(Self.hash(script))'; "
            + "style-src 'sha256-\(Self.hash(style))'; connect-src 'self'; img-src data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }

    private static func tag(_ name: String, _ content: [UInt8]) -> String {
        "<\(name)>\(String(decoding: content, as: UTF8.self))</\(name)>"
    }

    private static func hash(_ bytes: [UInt8]) -> String {
        Base64.encode(Hex.decode(Digest(of: bytes).hex) ?? [])
    }

    /// The document with what a browser may do with it.
    var answer: HTTPAnswer {
        var answer = HTTPAnswer(
            status: 200, contentType: "text/html; charset=utf-8", bytes: bytes)
        answer.headers = [
            ("Content-Security-Policy", policy), ("Referrer-Policy", "no-referrer"),
            ("X-Frame-Options", "DENY"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ]
        return answer
    }
}
