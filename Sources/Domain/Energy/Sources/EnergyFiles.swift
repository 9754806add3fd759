#if canImport(Glibc)
    internal import Glibc
#endif
internal import Files
internal import VigilCore

/// The files that meters read, behind a protocol so that a test can make its own.
package protocol EnergyFiles: Sendable {
    /// The names in a directory, in no order.
    func entries(of directory: String) throws(FileFault) -> [String]
    /// The first 4096 bytes of a file.
    func head(of path: String) throws(FileFault) -> [UInt8]
}

/// Files of the kernel that may be changed as well.
package protocol WritableEnergyFiles: EnergyFiles {
    /// Writes a whole file in one call, as the kernel wants it of an attribute.
    func write(_ text: String, to path: String) throws(FileFault)
}

/// Why a file cannot be read or written.
package enum FileFault: Error, Hashable, Sendable {
    case missing
    case permission
    /// Another error number of the system.
    case other(Int32)

    init(errno: Int32) {
        switch errno {
        case ENOENT, ENODEV, ENXIO, ENOTDIR: self = .missing
        case EACCES, EPERM, EROFS: self = .permission
        default: self = .other(errno)
        }
    }
}

/// The files of the system. May block for as long as the kernel takes to answer; for `/sys` and
/// `/proc` that is microseconds.
package struct SystemEnergyFiles: WritableEnergyFiles {
    private static let headBytes = 4096
    /// No directory that meters look into has more entries than this.
    private static let mostEntries = 10_000

    package init() {}

    package func entries(of directory: String) throws(FileFault) -> [String] {
        do throws(FileFailure) {
            return try FolderNames.read(directory, countMax: Self.mostEntries)
        } catch {
            throw FileFault(errno: error.errno)
        }
    }

    package func head(of path: String) throws(FileFault) -> [UInt8] {
        do throws(FileFailure) {
            return try FileHead.read(path, bytesMax: Self.headBytes)
        } catch {
            throw FileFault(errno: error.errno)
        }
    }

    package func write(_ text: String, to path: String) throws(FileFault) {
        let file = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard file >= 0 else { throw FileFault(errno: errno) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        var written = -1
        repeat {
            written = Glibc.write(file, bytes, bytes.count)
        } while written < 0 && errno == EINTR
        guard written == bytes.count else {
            throw written < 0 ? FileFault(errno: errno) : .other(EIO)
        }
    }
}
