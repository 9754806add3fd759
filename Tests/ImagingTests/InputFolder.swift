import FileKit
import Glibc
import Testing

/// A folder of a test's own, removed with it.
final class InputFolder: Sendable {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private var top: String { folder.path }

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
}
