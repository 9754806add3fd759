#if canImport(Glibc)
    internal import Glibc
#endif

/// The first bytes of a file, for small ones and for those of the kernel, which have no size.
package enum FileHead {
    /// Why a file cannot be read.
    package struct Failure: Error {
        /// Of errno(3).
        package let errno: Int32
    }

    /// Reads a file, at most so many bytes of it. Any thread; blocks as long as the file does.
    package static func read(_ path: String, bytesMax: Int) throws(Failure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure(errno: errno) }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        var filled = 0
        while filled < bytesMax {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress?.advanced(by: filled), bytesMax - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(errno: errno) }
            guard count > 0 else { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }
}
