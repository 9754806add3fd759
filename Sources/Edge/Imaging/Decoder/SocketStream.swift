internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Reads from a decoder's socket with a deadline.
enum SocketStream {
    /// Reads exactly `count` bytes.
    ///
    /// - Throws: `decoderTimeout` past the deadline, `decoderCrashed` when the other end is gone.
    static func read(
        _ count: Int, from socket: Int32, until deadline: MonotonicTime
    ) throws(ImagingError) -> [UInt8] {
        // An array of no capacity is one that all threads share, and its count is written below.
        guard count > 0 else { return [] }
        var failure: ImagingError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                if let problem = wait(socket, until: deadline) {
                    failure = problem
                    return
                }
                let got = recv(
                    socket, buffer.baseAddress.map { $0 + filled }, count - filled,
                    Int32(MSG_DONTWAIT))
                if got < 0 && (errno == EINTR || errno == EAGAIN) { continue }
                guard got > 0 else {
                    failure = .decoderCrashed
                    return
                }
                filled += got
            }
        }
        if let failure { throw failure }
        return bytes
    }

    private static func wait(_ socket: Int32, until deadline: MonotonicTime) -> ImagingError? {
        while true {
            let left = (deadline - SystemClock().monotonic()).seconds
            guard left > 0 else { return .decoderTimeout }
            var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            let milliseconds = Int32(clamping: Int((left * 1000).rounded(.up)))
            let ready = poll(&entry, 1, milliseconds)
            if ready > 0 { return nil }
            if ready < 0 && errno != EINTR { return .decoderCrashed }
        }
    }
}
