package import Files
import Glibc

/// A folder of a test's own, which goes with all that is in it when the test ends.
package final class TestFolder: Sendable {
    package let path: String

    /// - Parameter isInMemory: on a file system in memory where there is one, so that a loop does
    ///   not wait for a disk.
    package init(isInMemory: Bool = false) throws(FileFailure) {
        let root = isInMemory && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(root)/vigil-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileFailure(errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.delete(path) }

    /// Writes a file, with the folders on its way, and returns its path.
    @discardableResult
    package func write(_ name: String, _ bytes: [UInt8]) throws(FileFailure) -> String {
        var folder = path
        for part in name.split(separator: "/").dropLast() {
            folder += "/\(part)"
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                throw FileFailure(errno: errno)
            }
        }
        let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FileFailure(errno: errno) }
        defer { close(file) }
        try WholeTransfer.write(bytes, to: file)
        return "\(path)/\(name)"
    }

    /// Deletes a file, or a folder with all that is in it. No link is followed.
    package static func delete(_ path: String) {
        delete(Array(path.utf8))
    }

    /// Names are bytes, which need be no text.
    private static func delete(_ path: [UInt8]) {
        let text = (path + [0]).map { CChar(bitPattern: $0) }
        // Linux says so of a folder, and unlinks all else.
        guard unlink(text) != 0, errno == EISDIR, let stream = opendir(text) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [0x2e], name != [0x2e, 0x2e] { delete(path + [0x2f] + name) }
        }
        closedir(stream)
        rmdir(text)
    }
}
