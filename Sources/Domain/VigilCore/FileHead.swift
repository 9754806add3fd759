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
        return try read(file, bytesMax)
    }

    /// Reads a file that only its owner should have access to.
    ///
    /// - Returns: its first bytes and whether group or others may read or write it, by mode or by
    ///   access list, which shows in the mode of the group.
    /// - Throws: `EINVAL` for what is no regular file.
    package static func readSecret(
        _ path: String, bytesMax: Int
    ) throws(Failure) -> (bytes: [UInt8], isOpenToOthers: Bool) {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw Failure(errno: errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Failure(errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(errno: EINVAL) }
        return (try read(file, bytesMax), status.st_mode & 0o077 != 0)
    }

    private static func read(_ file: Int32, _ bytesMax: Int) throws(Failure) -> [UInt8] {
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
