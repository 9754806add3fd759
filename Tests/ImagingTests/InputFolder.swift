import Glibc
import Testing

/// A folder of a test's own, removed with it.
final class InputFolder: Sendable {
    private let top: String

    init() throws {
        var template = Array("/tmp/vigil-input-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        top = String(cString: made)
    }

    deinit {
        remove(Array(top.utf8))
    }

    func path(_ name: String) -> String { "\(top)/\(name)" }

    /// Writes a file of so many bytes, with the folders on its way.
    func write(_ name: String, _ count: Int) throws { try write(Array(name.utf8), count) }

    func write(_ name: [UInt8], _ count: Int) throws {
        let path = Array(top.utf8) + [0x2f] + name
        for place in path.indices.dropFirst() where path[place] == 0x2f {
            mkdir(Self.text(path[..<place]), 0o700)
        }
        let file = open(Self.text(path[...]), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        let bytes = [UInt8](repeating: 7, count: count)
        try #require(Glibc.write(file, bytes, count) == count)
    }

    /// Makes a link, or switches the one that is there.
    func link(_ name: String, to target: String) throws {
        try #require(symlink(path(target), path(name + "~")) == 0)
        try #require(rename(path(name + "~"), path(name)) == 0)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> [CChar] {
        (bytes + [0]).map { CChar(bitPattern: $0) }
    }

    private func remove(_ path: [UInt8]) {
        let text = Self.text(path[...])
        var status = stat()
        guard lstat(text, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            unlink(text)
            return
        }
        guard let stream = opendir(text) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [0x2e], name != [0x2e, 0x2e] { remove(path + [0x2f] + name) }
        }
        closedir(stream)
        rmdir(text)
    }
}
