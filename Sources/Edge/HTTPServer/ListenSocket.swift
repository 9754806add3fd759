internal import Glibc
internal import VigilCore

/// A TCP socket that listens. The owner closes it, or hands it on with ``take()``.
package struct ListenSocket: ~Copyable {
    /// Connections that wait to be accepted; a flood above it costs others a second's delay each.
    private static let backlog: Int32 = 1024

    private var descriptor: Int32
    /// The port that the system gave.
    let port: UInt16

    /// Binds and listens. Port 0 picks a free one.
    package init(address: String, port: UInt16) throws(HTTPServerError) {
        let named = SafeText(operatorProvided: address)
        guard let (storage, length) = Self.socketAddress(address, port) else {
            throw .addressMalformed(address: named)
        }
        let family = Int32(storage.ss_family)
        let opened = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard opened >= 0 else {
            throw .listenRefused(address: named, port: port, reason: Self.systemReason(errno))
        }
        // A port whose last owner has just ended may be taken over; one in use may not.
        var on: Int32 = 1
        setsockopt(opened, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let bound = withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(opened, $0, length) }
        }
        if bound != 0 || listen(opened, Self.backlog) != 0 {
            let code = errno
            Glibc.close(opened)
            if code == EADDRINUSE { throw .portTaken(address: named, port: port) }
            throw .listenRefused(address: named, port: port, reason: Self.systemReason(code))
        }
        descriptor = opened
        self.port = Self.boundPort(opened) ?? port
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    /// The descriptor, still owned here.
    var borrowed: Int32 { descriptor }

    /// Gives the descriptor away; it is the caller's to close.
    package mutating func take() -> Int32 {
        defer { descriptor = -1 }
        return descriptor
    }

    private static func socketAddress(
        _ address: String, _ port: UInt16
    ) -> (sockaddr_storage, socklen_t)? {
        var storage = sockaddr_storage()
        var v4 = sockaddr_in()
        var v6 = sockaddr_in6()
        if inet_pton(AF_INET, address, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &storage) { out in
                withUnsafeBytes(of: v4) { out.copyMemory(from: $0) }
            }
            return (storage, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        guard inet_pton(AF_INET6, address, &v6.sin6_addr) == 1 else { return nil }
        v6.sin6_family = sa_family_t(AF_INET6)
        v6.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &storage) { out in
            withUnsafeBytes(of: v6) { out.copyMemory(from: $0) }
        }
        return (storage, socklen_t(MemoryLayout<sockaddr_in6>.size))
    }

    private static func boundPort(_ descriptor: Int32) -> UInt16? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length)
            }
        }
        guard result == 0 else { return nil }
        // The port stands at the same place in both families: after the 16 bits of the family.
        return withUnsafeBytes(of: storage) { bytes in
            UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        }
    }

    static func systemReason(_ code: Int32) -> SafeText {
        SafeText(fixedMessage: String(cString: strerror(code)))
    }
}
