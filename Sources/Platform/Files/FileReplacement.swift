#if canImport(Glibc)
    internal import Glibc
#endif

/// Puts a small file in the place of another one, so that readers, and a machine that has lost its
/// power, find the old one or the new one whole.
package enum FileReplacement {
    /// Makes the folders on the way to a file, where they are not there.
    package static func makeFolders(above path: String) throws(FileFailure) {
        var folder = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/").dropLast() {
            folder += "/\(part)"
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
                throw FileFailure(errno: errno)
            }
        }
    }

    /// Writes beside the file, brings it to disk and gives it its name.
    package static func write(_ bytes: [UInt8], to path: String) throws(FileFailure) {
        let beside = "\(path).\(getpid()).part"
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileFailure(errno: errno) }
        defer { close(descriptor) }
        do throws(FileFailure) {
            try WholeTransfer.write(bytes, to: descriptor)
            guard fsync(descriptor) == 0, rename(beside, path) == 0 else {
                throw FileFailure(errno: errno)
            }
        } catch {
            unlink(beside)
            throw error
        }
    }

    /// Writes a file that is not there yet: it has its name only when it is whole and on disk, and
    /// never takes another's place.
    ///
    /// - Throws: `EEXIST` when something of that name is there, a link too.
    package static func create(_ bytes: [UInt8], at path: String) throws(FileFailure) {
        let beside = "\(path).\(getpid()).part"
        let descriptor = open(
            beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw FileFailure(errno: errno) }
        defer {
            close(descriptor)
            unlink(beside)
        }
        try WholeTransfer.write(bytes, to: descriptor)
        guard fsync(descriptor) == 0, link(beside, path) == 0 else {
            throw FileFailure(errno: errno)
        }
    }
}
