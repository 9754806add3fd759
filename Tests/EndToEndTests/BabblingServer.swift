import Foundation
import LoopbackKit
import Testing
import VigilCore

/// A server on a free port of this machine that answers Kafka's requests with what could be an
/// answer, most of it changed at random. Any thread.
final class BabblingServer: @unchecked Sendable {
    let port: UInt16
    private let listener: LoopbackListener
    private let lock = NSLock()
    private var generator: SplitMix64
    private var given = 0

    init(seed: UInt64) throws {
        generator = SplitMix64(seed: seed)
        listener = try LoopbackListener()
        port = listener.port
        listener.start { [weak self] in self?.begin($0) }
    }

    /// Answers so far.
    var answers: Int { lock.withLock { given } }

    private func begin(_ connection: Int32) {
        Thread { self.serve(connection) }.start()
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(
            connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            // Size, kind of request, version, correlation id.
            guard count >= 12 else { return }
            let reply = answer(kind: buffer[5], correlation: Array(buffer[8..<12]))
            guard send(connection, reply, reply.count, Int32(MSG_NOSIGNAL)) == reply.count else {
                return
            }
        }
    }

    private func answer(kind: UInt8, correlation: [UInt8]) -> [UInt8] {
        lock.withLock {
            given += 1
            func below(_ bound: UInt64) -> Int { Int(generator.next() % bound) }
            var body = kind == 18 ? Self.versions : (0..<below(300)).map { _ in UInt8(below(256)) }
            for _ in 0..<below(5) where !body.isEmpty {
                body[below(UInt64(body.count))] = UInt8(below(256))
            }
            if below(4) == 0 { body = Array(body.prefix(below(UInt64(body.count + 1)))) }
            var reply = Self.bytes(UInt32(body.count + 4)) + correlation + body
            if below(10) == 0 { reply[below(8)] = UInt8(below(256)) }
            return reply
        }
    }

    /// That all requests are known in their first ten versions, in the form of version 3.
    private static let versions: [UInt8] =
        [0, 0, 70] + (0..<69).flatMap { [0, UInt8($0), 0, 0, 0, 9, 0] } + [0, 0, 0, 0, 0]

    private static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }
}
