import HTTPServer
import Testing
import VigilCore

@testable import WorklistPage

/// Whom the page answers.
struct PageAccessTests {
    private let access = PageAccess(
        address: "::1", port: 8090, more: ["Vigil.example"], token: Array("secret word".utf8))

    private func request(_ headers: [(name: String, value: String)]) -> HTTPRequest {
        HTTPRequest(method: "POST", path: "/feedback", headers: headers)
    }

    @Test("a request by a name that is not the page's is refused")
    func hosts() {
        for host in ["127.0.0.1:8090", "LOCALHOST:8090", "[::1]:8090", "vigil.example"] {
            #expect(access.refusal(of: request([("host", host)])) == nil, "\(host)")
        }
        for host in ["evil.example:8090", "127.0.0.1", "localhost:80", "", "vigil.example:8090"] {
            #expect(access.refusal(of: request([("host", host)])) == .host, "\(host)")
        }
        #expect(access.refusal(of: request([])) == .host)
        let two = request([("host", "localhost:8090"), ("host", "localhost:8090")])
        #expect(access.refusal(of: two) == .host)
    }

    @Test("without the token nothing is read")
    func token() {
        let good = request([("authorization", "Bearer secret word")])
        #expect(access.readingRefusal(of: good) == nil)
        for value in ["Bearer secret", "Bearer  secret word", "secret word", "Basic secret word"] {
            let bad = request([("authorization", value)])
            #expect(access.readingRefusal(of: bad) == .token, "\(value)")
        }
        #expect(access.readingRefusal(of: request([])) == .token)
        let open = PageAccess(address: "127.0.0.1", port: 1, more: [], token: nil)
        #expect(open.readingRefusal(of: request([])) == nil)
    }

    @Test("a click that another page forged is refused")
    func clicks() {
        let word = (name: "x-vigil-click", value: access.clickWord)
        let type = (name: "content-type", value: "application/json")
        let host = (name: "host", value: "localhost:8090")
        func refusal(_ headers: [(name: String, value: String)]) -> PageAccess.Refusal? {
            access.clickRefusal(of: request(headers + [host]))
        }
        #expect(refusal([word, type]) == nil)
        #expect(refusal([word, type, ("origin", "http://localhost:8090")]) == nil)
        #expect(refusal([word, type, ("origin", "http://evil.example")]) == .click)
        #expect(refusal([word, type, ("origin", "null")]) == .click)
        #expect(refusal([type]) == .click)
        #expect(refusal([word]) == .click)
        #expect(refusal([("x-vigil-click", "guessed"), type]) == .click)
    }
}
