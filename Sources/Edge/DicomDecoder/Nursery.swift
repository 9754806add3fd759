internal import CLinux
internal import DecoderProtocol

#if canImport(Glibc)
    internal import Glibc
#endif

/// Makes decoders, each in a fork of this process: libraries and dictionary are loaded once rather
/// than for each study. It sees no byte of any file, and has one thread.
enum Nursery {
    private static let socket: Int32 = 0

    /// Makes one decoder for each request until the worker hangs up.
    ///
    /// - Returns: true in each decoder, whose socket is descriptor 0 then; false at the end.
    static func isDecoder() -> Bool {
        _ = vigil_not_dumpable()
        while let message = DescriptorMessage.receive(BirthRequest.encodedLength, from: socket) {
            guard let request = BirthRequest(encoded: message.bytes),
                let descriptor = message.descriptor
            else { return false }
            let process = vigil_fork_sibling()
            if process == 0 {
                // The nursery's own socket goes with this.
                guard dup2(descriptor, socket) == socket else { _exit(76) }
                close(descriptor)
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, request.niceness)
                return true
            }
            let reply = BirthReply(process: process > 0 ? process : -errno)
            close(descriptor)
            guard DecodeLoop.writeAll(reply.encoded()) else { return false }
        }
        return false
    }
}
