import Glibc

/// One request to a port of this machine with its whole answer.
struct HTTPExchange {
    let status: Int
    let body: String

    /// Asks for a path; status 0 when nobody answers.
    init(port: UInt16, path: String) {
        let answer = Self.answer(port: port, request: "GET \(path) HTTP/1.0\r\n\r\n")
        let words = answer.prefix { $0 != "\r\n" }.split(separator: " ")
        status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        body = answer.firstRange(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? ""
    }

    private static func answer(port: UInt16, request: String) -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let failure = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard failure == 0 else { return "" }
        _ = Glibc.send(descriptor, request, request.utf8.count, Int32(MSG_NOSIGNAL))
        var out: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while out.count < 4_000_000 {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { break }
            out += buffer.prefix(count)
        }
        return String(decoding: out, as: UTF8.self)
    }
}
