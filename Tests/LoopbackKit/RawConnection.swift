import Glibc

/// A TCP connection to a port of this machine, for what a well-behaved client would not send.
package final class RawConnection {
    private let descriptor: Int32

    /// Connects; nil when nobody listens.
    ///
    /// - Parameter seconds: how long it waits for each piece that comes.
    package init?(port: UInt16, patience seconds: Int = 10) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 { return nil }
    }

    deinit { close(descriptor) }

    /// Sends bytes as they are.
    package func send(_ bytes: [UInt8]) {
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Sends a text as it is.
    package func send(_ text: String) { send(Array(text.utf8)) }

    /// The next piece, at most so many bytes; empty at the end.
    package func receive(max: Int) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: max)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer.prefix(count)) : []
    }

    /// All that comes until the server closes, at most 4 MB and 10 s.
    package func receiveAll() -> String {
        var out: [UInt8] = []
        while out.count < 4_000_000 {
            let piece = receive(max: 65_536)
            if piece.isEmpty { break }
            out += piece
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// One request with its whole answer; empty when there is none.
    package static func exchange(_ port: UInt16, _ request: String) -> String {
        guard let connection = RawConnection(port: port) else { return "" }
        connection.send(request)
        return connection.receiveAll()
    }
}
