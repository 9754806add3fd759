import Glibc
import LoopbackKit
import Synchronization

/// A server on a free port of this machine that gives each connection the next of some answers,
/// byte for byte, and keeps what was asked.
final class AnswerServer: Sendable {
    let port: UInt16
    private let listener: LoopbackListener
    private let answers: Mutex<[String]>
    private let asked = Mutex<[String]>([])

    /// - Parameter pause: sends single bytes, with this pause after each.
    init(_ answers: [String], pause: Duration? = nil) throws {
        listener = try LoopbackListener()
        port = listener.port
        self.answers = Mutex(answers)
        listener.start(answers.count) { [weak self] in self?.serve($0, pause: pause) }
    }

    /// An answer with a body, after which the connection ends.
    static func answer(_ status: String, _ body: String) -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
            + body
    }

    /// The heads and bodies that came in.
    var requests: [String] { asked.withLock { $0 } }

    private func serve(_ connection: Int32, pause: Duration?) {
        defer { close(connection) }
        let answer = answers.withLock { $0.removeFirst() }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(
            connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(connection, &buffer, buffer.count, 0)
        asked.withLock { $0.append(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)) }
        let bytes = Array(answer.utf8)
        if let pause {
            for byte in bytes {
                guard send(connection, [byte], 1, Int32(MSG_NOSIGNAL)) == 1 else { return }
                usleep(UInt32(pause / .microseconds(1)))
            }
        } else {
            _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }
        // The rest of what is asked is taken in, or closing would reset the connection.
        shutdown(connection, Int32(SHUT_WR))
        while recv(connection, &buffer, buffer.count, 0) > 0 {}
    }
}

extension Duration {
    /// For an answer that comes: long enough on a machine that does much else.
    static let patient = Duration.seconds(60)
}
