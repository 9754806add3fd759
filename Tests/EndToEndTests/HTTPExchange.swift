import LoopbackKit

/// One request to a port of this machine with its whole answer.
struct HTTPExchange {
    let status: Int
    let body: String

    /// Asks for a path; status 0 when nobody answers.
    init(port: UInt16, path: String) {
        let answer = RawConnection.exchange(port, "GET \(path) HTTP/1.0\r\n\r\n")
        let words = answer.prefix { $0 != "\r\n" }.split(separator: " ")
        status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        body = answer.firstRange(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? ""
    }
}
