#if canImport(Glibc)
    internal import Glibc
#endif

/// The first bytes of a file, for small ones and for those of the kernel, which have no size.
package enum FileHead {
    /// What is asked for at first; most files of the kernel are smaller.
    private static let firstPiece = 4096

    /// Reads a file, at most so many bytes of it. Any thread; blocks as long as the file does.
    package static func read(_ path: String, bytesMax: Int) throws(FileFailure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw FileFailure(errno: errno) }
        defer { close(file) }
        return try read(from: file, bytesMax: bytesMax)
    }

    /// Reads a file that only its owner should have access to.
    ///
    /// - Returns: its first bytes and whether group or others may read or write it, by mode or by
    ///   access list, which shows in the mode of the group.
    /// - Throws: `EINVAL` for what is no regular file.
    package static func readSecret(
        _ path: String, bytesMax: Int
    ) throws(FileFailure) -> (bytes: [UInt8], isOpenToOthers: Bool) {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw FileFailure(errno: errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw FileFailure(errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileFailure(errno: EINVAL) }
        return (try read(from: file, bytesMax: bytesMax), status.st_mode & 0o077 != 0)
    }

    /// Reads an open file or a pipe on from where it stands, at most so many bytes. What is held in
    /// memory follows what was found, not what was allowed.
    package static func read(
        from file: Int32, bytesMax: Int
    ) throws(FileFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < bytesMax {
            let known = bytes.count
            let wanted = min(bytesMax - known, max(firstPiece, known))
            bytes += repeatElement(0, count: wanted)
            let result = bytes.withUnsafeMutableBytes { buffer in
                Result { () throws(FileFailure) in
                    try WholeTransfer.read(
                        into: UnsafeMutableRawBufferPointer(rebasing: buffer[known...]), from: file)
                }
            }
            let found = try result.get()
            guard found == wanted else { return Array(bytes[..<(known + found)]) }
        }
        return bytes
    }
}
