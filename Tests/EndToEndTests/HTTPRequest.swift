import Glibc

/// A request that came to a server of a test, and its answer.
struct HTTPRequest {
    let head: String
    let body: String

    /// Reads one with a length from a connection; nil when none comes whole within five seconds.
    init?(from connection: Int32) {
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(
            connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            text += String(decoding: buffer.prefix(count), as: UTF8.self)
            guard let split = text.firstRange(of: "\r\n\r\n") else { continue }
            let head = text[..<split.lowerBound]
            let expected = head.lowercased().split(whereSeparator: \.isNewline)
                .first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
            if head.lowercased().contains("expect: 100-continue"), text.hasSuffix("\r\n\r\n") {
                Self.send("HTTP/1.1 100 Continue\r\n\r\n", to: connection)
            }
            let body = text[split.upperBound...]
            guard let expected, body.utf8.count >= expected else { continue }
            self.head = String(head)
            self.body = String(body)
            return
        }
    }

    /// The path that was asked for.
    var path: String { head.split(separator: " ").dropFirst().first.map(String.init) ?? "" }

    /// Answers with JSON, after which the connection is to be closed.
    static func answer(_ json: String, status: String = "200 OK", to connection: Int32) {
        send(
            "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(json.utf8.count)\r\nConnection: close\r\n\r\n\(json)",
            to: connection)
    }

    private static func send(_ text: String, to connection: Int32) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
