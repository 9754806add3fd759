import HTTPClient
import Testing
import VigilCore

/// Asking over HTTP.
struct HTTPClientTests {
    private func error(_ body: () throws(HTTPClientError) -> [UInt8]) -> HTTPClientError? {
        do throws(HTTPClientError) {
            _ = try body()
            return nil
        } catch { return error }
    }

    @Test("what is got comes back byte for byte, and headers are sent")
    func get() throws {
        let server = try AnswerServer([AnswerServer.answer("200 OK", "{\"apower\":12.5}")])
        let bytes = try HTTPClient(timeout: .patient).get(
            "http://127.0.0.1:\(server.port)/status", headers: ["auth-token: abc"])
        #expect(String(decoding: bytes, as: UTF8.self) == "{\"apower\":12.5}")
        #expect(server.requests.first?.hasPrefix("GET /status HTTP/1.1\r\n") == true)
        #expect(server.requests.first?.contains("auth-token: abc\r\n") == true)
    }

    @Test("a body is posted, an empty one too")
    func post() throws {
        let server = try AnswerServer([
            AnswerServer.answer("200 OK", ""), AnswerServer.answer("204 No Content", ""),
        ])
        let url = "http://127.0.0.1:\(server.port)/v1/traces"
        let client = HTTPClient(timeout: .patient)
        #expect(try client.post(url, headers: ["Content-Type: text/x"], body: [0x61, 0x62]) == [])
        #expect(try client.post(url, body: []) == [])
        let asked = server.requests
        #expect(asked.count == 2)
        #expect(asked.first?.hasPrefix("POST /v1/traces") == true)
        #expect(asked.first?.contains("Content-Length: 2\r\n") == true)
        #expect(asked.last?.contains("Content-Length: 0\r\n") == true)
    }

    @Test("a refusal, silence and a flood are errors of their own")
    func failures() throws {
        let server = try AnswerServer([
            AnswerServer.answer("503 Busy", "x"), AnswerServer.answer("302 Found", ""),
            AnswerServer.answer("200 OK", String(repeating: "x", count: 5000)),
        ])
        let url = "http://127.0.0.1:\(server.port)/"
        let client = HTTPClient(timeout: .patient, bytesMax: 1000)
        #expect(error { () throws(HTTPClientError) in try client.get(url) } == .status(503))
        #expect(error { () throws(HTTPClientError) in try client.get(url) } == .status(302))
        #expect(
            error { () throws(HTTPClientError) in try client.get(url) }
                == .tooLarge(bytesMax: 1000))
        let hasty = HTTPClient(timeout: .milliseconds(200))
        for silent in [url, "http://127.0.0.1:1/", "file:///etc/passwd", "gopher://127.0.0.1/"] {
            guard case .noAnswer = error({ () throws(HTTPClientError) in try hasty.get(silent) })
            else {
                Issue.record("\(silent) was answered")
                continue
            }
        }
    }

    @Test("another address in an answer is not asked, and is told nothing")
    func redirection() throws {
        let other = try AnswerServer([AnswerServer.answer("200 OK", "secret")])
        let places = [
            "http://127.0.0.1:\(other.port)/", "file:///etc/passwd",
            "http://169.254.169.254/latest/meta-data/", "gopher://127.0.0.1/",
        ]
        let server = try AnswerServer(
            places.flatMap { place in
                [301, 302, 303, 307, 308].map {
                    "HTTP/1.1 \($0) Moved\r\nLocation: \(place)\r\nContent-Length: 0\r\n"
                        + "Connection: close\r\n\r\n"
                }
            })
        let url = "http://127.0.0.1:\(server.port)/"
        for _ in places {
            for status in [301, 302, 303, 307, 308] {
                #expect(
                    error { () throws(HTTPClientError) in
                        try HTTPClient(timeout: .patient).get(url, headers: ["auth-token: abc"])
                    } == .status(status))
            }
        }
        #expect(other.requests.isEmpty)
    }

    @Test("an answer that ends early, never ends or comes a byte at a time takes the time at most")
    func slowAnswers() throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        let whole = String(repeating: "x", count: 900)
        let answers = [
            head + "ab", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab",
            "no answer at all\r\n\r\n",
        ]
        let server = try AnswerServer(answers)
        let slow = try AnswerServer([head + whole], pause: .milliseconds(20))
        let client = HTTPClient(timeout: .seconds(1))
        for port in answers.map({ _ in server.port }) + [slow.port] {
            let url = "http://127.0.0.1:\(port)/"
            guard case .noAnswer = error({ () throws(HTTPClientError) in try client.get(url) })
            else {
                Issue.record("something was taken for an answer")
                continue
            }
        }
    }
}
