internal import CTLS
internal import HTTPClient

/// What this side shows of itself over TLS, and whom it believes. Any thread.
final class TLSServer: Sendable {
    /// Of OpenSSL's context, which counts its users by itself and is changed by nobody any more.
    private let context: UInt

    /// Nil where the files of the certificate, the key and the authorities do not do together.
    init?(_ trust: PeerTrust) {
        guard let certificate = trust.certificate, let key = trust.key,
            let context = vigil_tls_server(certificate, key, trust.authorities)
        else { return nil }
        self.context = UInt(bitPattern: context)
    }

    deinit { SSL_CTX_free(OpaquePointer(bitPattern: context)) }

    /// A connection that somebody has begun; nil without room for it.
    func accept() -> TLSSession? {
        vigil_tls_accept(OpaquePointer(bitPattern: context)).map { TLSSession($0) }
    }
}

/// One connection over TLS, which sees bytes and no socket. One owner, one thread.
final class TLSSession {
    /// The other side has ended it, or is none that is believed.
    struct Over: Error {}

    private static let piece = 16_384
    private let session: OpaquePointer

    fileprivate init(_ session: OpaquePointer) {
        self.session = session
    }

    deinit { SSL_free(session) }

    /// Whether each side believes the other.
    var isAgreed: Bool { SSL_is_init_finished(session) == 1 }

    /// Takes bytes as they came, and gives what they say. What is to go back is in ``pending()``,
    /// whatever becomes of it.
    func open(_ bytes: [UInt8]) throws(Over) -> [UInt8] {
        vigil_tls_feed(session, bytes, Int32(bytes.count))
        var plain: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: Self.piece)
        while true {
            let count = SSL_read(session, &buffer, Int32(buffer.count))
            guard count > 0 else {
                // What was said before the end counts; the end is found by the next call.
                let isOver = vigil_tls_is_over(session, count) != 0
                if isOver, plain.isEmpty { throw Over() }
                return plain
            }
            plain += buffer.prefix(Int(count))
        }
    }

    /// Takes what is to be said; the bytes that go are in ``pending()``.
    func seal(_ plain: [UInt8]) throws(Over) {
        guard SSL_write(session, plain, Int32(clamping: plain.count)) == plain.count else {
            throw Over()
        }
    }

    /// Bytes that are to go to the other side.
    func pending() -> [UInt8] {
        var out: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: Self.piece)
        while true {
            let count = vigil_tls_drain(session, &buffer, Int32(buffer.count))
            guard count > 0 else { return out }
            out += buffer.prefix(Int(count))
        }
    }
}
