import FileKit
import Glibc
import Testing
import VigilCore
import Weights

@Suite("Files of a model")
struct FrozenFileTests {
    @Test("a mapped file cannot be truncated or opened for writing until it is let go")
    func lease() throws {
        let folder = try TestFolder()
        let path = try folder.write("weights", [UInt8](repeating: 7, count: 100_000))
        var file: FrozenFile? = try FrozenFile(path: path)
        if file?.isMapped == true {
            #expect(open(path, O_WRONLY | O_NONBLOCK | O_TRUNC) == -1)
            #expect(errno == EWOULDBLOCK)
        }
        #expect(file?.bytes.allSatisfy { $0 == 7 } == true)
        file = nil
        let descriptor = open(path, O_WRONLY | O_NONBLOCK)
        #expect(descriptor >= 0)
        close(descriptor)
    }

    @Test("with a writer about, the bytes are copied and later writes do not show")
    func copy() throws {
        let folder = try TestFolder()
        let path = try folder.write("weights", [UInt8](repeating: 7, count: 100_000))
        let writer = open(path, O_RDWR)
        defer { close(writer) }
        let file = try FrozenFile(path: path)
        #expect(!file.isMapped)
        #expect(ftruncate(writer, 10) == 0)
        #expect(file.bytes.count == 100_000)
        #expect(file.bytes.allSatisfy { $0 == 7 })
        #expect(file.digest() == Digest(of: [UInt8](repeating: 7, count: 100_000)))
    }

    @Test("what is no readable regular file within the bound is refused")
    func refusals() throws {
        let folder = try TestFolder()
        #expect(throws: WeightsError.self) { try FrozenFile(path: folder.path) }
        #expect(throws: WeightsError.self) { try FrozenFile(path: "\(folder.path)/none") }
        mkfifo("\(folder.path)/pipe", 0o600)
        #expect(throws: WeightsError.self) { try FrozenFile(path: "\(folder.path)/pipe") }
        let path = try folder.write("eleven", [UInt8](repeating: 0, count: 11))
        #expect(
            throws: WeightsError.tooLarge(path: .init(operatorProvided: path), found: 11, limit: 10)
        ) { try FrozenFile(path: path, sizeLimit: 10) }
        #expect(try FrozenFile(path: folder.write("empty", [])).bytes.isEmpty)
    }

    @Test("the model's digest follows names and contents, and no order of the folder")
    func manifest() throws {
        let (one, two) = (try TestFolder(), try TestFolder())
        for name in ["b", "a", "c"] { _ = try one.write(name, Array(name.utf8)) }
        for name in ["c", "a", "b", ".hidden"] { _ = try two.write(name, Array(name.utf8)) }
        mkdir("\(two.path)/folder", 0o700)
        let first = try ModelDirectory(path: one.path).manifest()
        #expect(try ModelDirectory(path: two.path).manifest() == first)
        #expect(first.entries.map(\.name) == ["a", "b", "c"])
        // By Python's hashlib.
        #expect(
            first.digest.hex == "aba53f70a05f7d86c30643e5632e177504e7f03726b117899bee1a3d8686341a")
        _ = try two.write("b", [0])
        #expect(try ModelDirectory(path: two.path).manifest().digest != first.digest)
        #expect(throws: Never.self) {
            try first.verify(["a": Digest(of: "a".utf8).hex.uppercased()])
        }
        #expect(throws: WeightsError.self) { try first.verify(["a": Digest(of: "b".utf8).hex]) }
        #expect(throws: WeightsError.missingFile(file: "d")) { try first.verify(["d": ""]) }
    }

    @Test("a file that is not finished leaves the old one and nothing else")
    func writer() throws {
        let folder = try TestFolder()
        let path = try folder.write("x", [1, 2, 3])
        do {
            var writer = try FileWriter(path: path)
            try writer.write([9, 9])
        }
        #expect(TestFiles.read(path) == [1, 2, 3])
        try FileWriter.write("new", to: path)
        #expect(TestFiles.read(path) == Array("new".utf8))
        #expect(try ModelDirectory(path: folder.path).manifest().entries.count == 1)
        #expect(throws: WeightsError.self) { try FileWriter.write("", to: "/nonexistent/x") }
    }
}
