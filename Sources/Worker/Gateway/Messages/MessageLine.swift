internal import Glibc
internal import Processes

/// One connection that a sender has begun. One owner, one thread; every call ends within the time
/// that it is given, or when the gateway does.
struct MessageLine: ~Copyable {
    /// Why nothing comes or goes any more.
    enum End: Error {
        case closed
        case timedOut
        case stopped
        /// TLS was not agreed on.
        case insecure
    }

    /// Bytes that one read takes.
    private static let piece = 16_384

    private let socket: Int32
    private let closing: StopFlag
    /// Nil: the connection is plain.
    private let session: TLSSession?

    /// - Parameters:
    ///   - socket: its own from now on.
    ///   - session: over which all goes; nil: over none.
    ///   - closing: opened when the gateway ends.
    init(_ socket: Int32, session: TLSSession?, closing: StopFlag) {
        self.session = session
        self.socket = socket
        self.closing = closing
        _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        var on: Int32 = 1
        setsockopt(
            socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(socket) }

    /// Agrees on TLS, where there is to be any.
    ///
    /// - Returns: what was said in the same breath.
    func agree(until end: Deadline) throws(End) -> [UInt8] {
        var said: [UInt8] = []
        while let session, !session.isAgreed {
            let bytes = try receiveBytes(until: end)
            do throws(TLSSession.Over) {
                said += try session.open(bytes)
            } catch {
                try sendBytes(session.pending(), until: end)
                throw .insecure
            }
            try sendBytes(session.pending(), until: end)
        }
        return said
    }

    /// What came, at least a byte.
    func receive(until end: Deadline) throws(End) -> [UInt8] {
        guard let session else { return try receiveBytes(until: end) }
        while true {
            let bytes = try receiveBytes(until: end)
            var said: [UInt8] = []
            do throws(TLSSession.Over) {
                said = try session.open(bytes)
            } catch {
                throw .closed
            }
            try sendBytes(session.pending(), until: end)
            if !said.isEmpty { return said }
        }
    }

    /// Sends all bytes.
    func send(_ bytes: [UInt8], until end: Deadline) throws(End) {
        guard let session else { return try sendBytes(bytes, until: end) }
        do throws(TLSSession.Over) {
            try session.seal(bytes)
        } catch {
            throw .closed
        }
        try sendBytes(session.pending(), until: end)
    }

    private func receiveBytes(until end: Deadline) throws(End) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.piece)
        while true {
            let count = recv(socket, &bytes, bytes.count, 0)
            if count > 0 { return Array(bytes.prefix(count)) }
            guard count < 0, [EAGAIN, EINTR].contains(errno) else { throw .closed }
            try wait(for: POLLIN, until: end)
        }
    }

    private func sendBytes(_ bytes: [UInt8], until end: Deadline) throws(End) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                rest = rest.dropFirst(count)
                continue
            }
            guard count < 0, [EAGAIN, EINTR].contains(errno) else { throw .closed }
            try wait(for: POLLOUT, until: end)
        }
    }

    private func wait(for events: Int32, until end: Deadline) throws(End) {
        guard !end.isOver else { throw .timedOut }
        var polled = [
            pollfd(fd: socket, events: Int16(events), revents: 0),
            pollfd(fd: closing.wakeUp.fileDescriptor, events: Int16(POLLIN), revents: 0),
        ]
        poll(&polled, 2, end.remainingMilliseconds)
        // What was answered already is sent to its end.
        if closing.isOpen, events == POLLIN { throw .stopped }
    }
}
