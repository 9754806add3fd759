internal import Files

#if canImport(Glibc)
    internal import Glibc
#endif

/// Bytes with an open file beside them, over a socket (`SCM_RIGHTS`, unix(7)).
///
/// The control message is laid out by hand, since the `CMSG_` macros do not reach Swift: on 64-bit
/// Linux a `cmsghdr` is 16 bytes, the descriptor follows, and the whole is padded to 24.
package enum DescriptorMessage {
    private static let headerLength = 16
    private static let usedLength = 20
    private static let paddedLength = 24

    /// Sends all bytes in one message together with a duplicate of `descriptor`.
    ///
    /// - Returns: nil, or the errno of the failure. The caller keeps `descriptor`.
    package static func send(_ bytes: [UInt8], descriptor: Int32, over socket: Int32) -> Int32? {
        var control = [UInt8](repeating: 0, count: paddedLength)
        control.withUnsafeMutableBytes { raw in
            raw.storeBytes(of: usedLength, as: Int.self)
            raw.storeBytes(of: SOL_SOCKET, toByteOffset: 8, as: Int32.self)
            raw.storeBytes(of: Int32(SCM_RIGHTS), toByteOffset: 12, as: Int32.self)
            raw.storeBytes(of: descriptor, toByteOffset: headerLength, as: Int32.self)
        }
        var payload = bytes
        let sent = withMessage(&payload, &control) { message in
            var result = 0
            repeat {
                result = sendmsg(socket, &message, Int32(MSG_NOSIGNAL))
            } while result < 0 && errno == EINTR
            return result
        }
        if sent < 0 { return errno }
        return sent == bytes.count ? nil : EMSGSIZE
    }

    /// Receives exactly `count` bytes and the descriptor that came with the first of them.
    ///
    /// - Returns: nil at the end of the stream or on failure. The caller owns the descriptor.
    package static func receive(
        _ count: Int, from socket: Int32
    ) -> (bytes: [UInt8], descriptor: Int32?)? {
        var bytes = [UInt8](repeating: 0, count: count)
        var control = [UInt8](repeating: 0, count: paddedLength)
        var controlLength = 0
        let first = withMessage(&bytes, &control) { message in
            var result = 0
            repeat {
                result = recvmsg(socket, &message, Int32(MSG_CMSG_CLOEXEC))
            } while result < 0 && errno == EINTR
            controlLength = Int(message.msg_controllen)
            return result
        }
        guard first > 0 else { return nil }
        let descriptor = controlLength >= usedLength ? parse(control) : nil
        let rest = bytes.withUnsafeMutableBytes { raw in
            try? WholeTransfer.read(
                into: UnsafeMutableRawBufferPointer(rebasing: raw[first...]), from: socket)
        }
        guard rest == count - first else {
            if let descriptor { close(descriptor) }
            return nil
        }
        return (bytes, descriptor)
    }

    private static func parse(_ control: [UInt8]) -> Int32? {
        control.withUnsafeBytes { raw in
            let level = raw.loadUnaligned(fromByteOffset: 8, as: Int32.self)
            let type = raw.loadUnaligned(fromByteOffset: 12, as: Int32.self)
            guard level == SOL_SOCKET, type == Int32(SCM_RIGHTS) else { return nil }
            return raw.loadUnaligned(fromByteOffset: headerLength, as: Int32.self)
        }
    }

    private static func withMessage(
        _ payload: inout [UInt8], _ control: inout [UInt8], _ body: (inout msghdr) -> Int
    ) -> Int {
        payload.withUnsafeMutableBytes { payloadBytes in
            control.withUnsafeMutableBytes { controlBytes in
                var part = iovec(iov_base: payloadBytes.baseAddress, iov_len: payloadBytes.count)
                return withUnsafeMutablePointer(to: &part) { partPointer in
                    var message = msghdr()
                    message.msg_iov = partPointer
                    message.msg_iovlen = 1
                    message.msg_control = controlBytes.baseAddress
                    message.msg_controllen = controlBytes.count
                    return body(&message)
                }
            }
        }
    }
}
