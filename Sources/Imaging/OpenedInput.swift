internal import CLinux

#if canImport(Glibc)
    internal import Glibc
#endif

/// An open file whose bytes are to be decoded. Owns the descriptor.
package struct OpenedInput: ~Copyable, Sendable {
    let descriptor: Int32
    /// Bytes, when it was opened.
    package let size: UInt64

    init(descriptor: Int32, size: UInt64) {
        self.descriptor = descriptor
        self.size = size
    }

    /// Holds bytes that came with an event, in a memory file of the kernel.
    ///
    /// - Throws: `inputFailed` when the system gives no memory file.
    package init(bytes: [UInt8]) throws(ImagingError) {
        let opened = vigil_memory_file("vigil-inline")
        guard opened >= 0 else { throw .inputFailed(errno: errno) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                write(opened, raw.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let failure = errno
                close(opened)
                throw .inputFailed(errno: failure)
            }
            done += count
        }
        descriptor = opened
        size = UInt64(bytes.count)
    }

    deinit {
        close(descriptor)
    }
}
