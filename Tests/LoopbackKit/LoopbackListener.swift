import Foundation

/// Listens on a free port of this machine for as long as it lives.
package final class LoopbackListener: Sendable {
    package let port: UInt16
    private let descriptor: Int32

    /// There is no free port.
    package struct Refused: Error {
        let errno: Int32
    }

    package init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw Refused(errno: errno) }
        descriptor = listener
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    /// Hands connections over, one after the other on a thread of its own; whoever gets one closes
    /// it.
    ///
    /// - Parameter count: of connections; later ones wait in vain.
    package func start(_ count: Int = .max, _ serve: @escaping @Sendable (Int32) -> Void) {
        Thread { [descriptor] in
            for _ in 0..<count {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                serve(connection)
            }
        }.start()
    }
}
