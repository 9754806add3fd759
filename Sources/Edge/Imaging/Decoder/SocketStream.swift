internal import Processes
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
        let left = deadline - SystemClock().monotonic()
        guard left > .zero else { return .decoderTimeout }
        guard let ready = try? WakeUp.wait(on: [socket], timeout: left) else {
            return .decoderCrashed
        }
        return ready.isEmpty ? .decoderTimeout : nil
    }
}
