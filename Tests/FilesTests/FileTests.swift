import FileKit
import Files
import Glibc
import Testing

/// Reading and writing whole.
struct FileTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    }

    @Test(
        "a file's head is all of it or as much as was allowed",
        arguments: [0, 1, 4095, 4096, 4097, 8192, 100_000])
    func head(count: Int) throws {
        let whole = bytes(count)
        let path = try folder.write("file", whole)
        #expect(try FileHead.read(path, bytesMax: .max) == whole)
        #expect(try FileHead.read(path, bytesMax: count) == whole)
        for bytesMax in [0, 1, 4096, 5000] {
            #expect(try FileHead.read(path, bytesMax: bytesMax) == Array(whole.prefix(bytesMax)))
        }
    }

    @Test("a file of the kernel reads, which says that it has no bytes")
    func kernel() throws {
        let status = try FileHead.read("/proc/self/status", bytesMax: 1 << 16)
        #expect(status.starts(with: Array("Name:".utf8)))
    }

    @Test("what cannot be read is told with the system's reason")
    func unreadable() throws {
        let missing = #expect(throws: FileFailure.self) {
            try FileHead.read("\(folder.path)/missing", bytesMax: 1)
        }
        #expect(missing?.errno == ENOENT)
        let directory = #expect(throws: FileFailure.self) {
            try FileHead.read(folder.path, bytesMax: 1)
        }
        #expect(directory?.errno == EISDIR)
        let closed = #expect(throws: FileFailure.self) {
            try WholeTransfer.write([1], to: -1)
        }
        #expect(closed?.errno == EBADF)
    }

    @Test("a secret says whether others may read it, and is a regular file or none")
    func secret() throws {
        let path = try folder.write("key", bytes(32))
        chmod(path, 0o600)
        #expect(try FileHead.readSecret(path, bytesMax: 100) == (bytes(32), false))
        chmod(path, 0o640)
        #expect(try FileHead.readSecret(path, bytesMax: 16) == (bytes(16), true))
        let device = #expect(throws: FileFailure.self) {
            try FileHead.readSecret("/dev/zero", bytesMax: 16)
        }
        #expect(device?.errno == EINVAL)
    }

    @Test("what another end gives in pieces is read whole, and its end is told by the count")
    func pieces() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        try WholeTransfer.write(bytes(10), to: ends[1])
        try WholeTransfer.write(bytes(20), to: ends[1])
        close(ends[1])
        var buffer = [UInt8](repeating: 0, count: 40)
        let count = try buffer.withUnsafeMutableBytes {
            try WholeTransfer.read(into: $0, from: ends[0])
        }
        #expect(count == 30 && Array(buffer[..<30]) == bytes(10) + bytes(20))
    }

    @Test("a part of a file is read from its place, and ends where the file does")
    func place() throws {
        let path = try folder.write("file", bytes(100))
        let file = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 30)
        for (offset, expected) in [(0, 30), (60, 30), (90, 10), (100, 0), (1000, 0)] {
            let count = try buffer.withUnsafeMutableBytes {
                try WholeTransfer.read(into: $0, from: file, at: offset)
            }
            #expect(count == expected)
            #expect(Array(buffer[..<count]) == Array(bytes(100).dropFirst(offset).prefix(30)))
        }
    }

    @Test("the names in a folder are read, at most as many as were allowed")
    func names() throws {
        for name in ["a", "b", "c"] { try folder.write(name, []) }
        let names = try FolderNames.read(folder.path, countMax: 100)
        #expect(names.sorted() == [".", "..", "a", "b", "c"])
        #expect(try FolderNames.read(folder.path, countMax: 2).count == 2)
    }

    @Test("a new file takes no other's place, nor that of a link, and leaves no draft")
    func created() throws {
        let path = "\(folder.path)/new"
        try FileReplacement.create(bytes(5000), at: path)
        #expect(try FileHead.read(path, bytesMax: .max) == bytes(5000))
        #expect(symlink("\(folder.path)/nowhere", "\(folder.path)/link") == 0)
        for taken in ["new", "link"] {
            let failure = #expect(throws: FileFailure.self) {
                try FileReplacement.create(bytes(1), at: "\(folder.path)/\(taken)")
            }
            #expect(failure?.errno == EEXIST)
        }
        #expect(try FileHead.read(path, bytesMax: .max) == bytes(5000))
        #expect(
            try FolderNames.read(folder.path, countMax: 9).sorted() == [".", "..", "link", "new"])
    }
}
