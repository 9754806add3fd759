import FileKit
import Files
import Glibc
import Testing
import VigilCore
import Weights

@Suite("Files of a model that is loaded")
struct WatchedPlaceTests {
    /// Long after the files were written.
    private static let later = Timestamp(microseconds: 4_000_000_000_000_000)
    private static let weights = [UInt8](repeating: 7, count: 10_000)

    private func model(_ folder: TestFolder) throws {
        try folder.write("model.safetensors", Self.weights)
        try folder.write("config.json", [0x7b, 0x7d])
        try folder.write("adapters/head.safetensors", [1, 2, 3])
    }

    /// What somebody does to a file; each leaves other bytes behind, or none.
    private enum Deed: Int, CaseIterable {
        case cut, flip, replace, remove, add, cutToNothing

        func run(_ folder: TestFolder, _ round: Int) throws -> String {
            let name = round.isMultiple(of: 2) ? "model.safetensors" : "adapters/head.safetensors"
            let path = "\(folder.path)/\(name)"
            var bytes = TestFiles.read(path) ?? []
            switch self {
            case .cut: #expect(truncate(path, bytes.count - 1) == 0)
            case .cutToNothing: #expect(truncate(path, 0) == 0)
            case .flip:
                bytes[bytes.count / 2] ^= 1
                let file = open(path, O_WRONLY)
                defer { close(file) }
                try WholeTransfer.write(bytes, to: file)
            case .replace:
                try FileReplacement.write(Array(bytes.map { ~$0 }), to: path)
            case .remove: #expect(unlink(path) == 0)
            case .add:
                try folder.write("more-\(round).json", [UInt8(truncatingIfNeeded: round)])
                return "more-\(round).json"
            }
            return name
        }
    }

    @Test("of 102 changes each is told once, with the file, and so is that it was put right")
    func changes() throws {
        let folder = try TestFolder(isInMemory: true)
        try model(folder)
        var place = WatchedPlace(path: folder.path)
        #expect(place.look(at: Self.later) == nil)
        for round in 0..<102 {
            let deed = try #require(Deed(rawValue: round % Deed.allCases.count))
            let file = try deed.run(folder, round / Deed.allCases.count)
            #expect(place.look(at: Self.later) == .changed(file: file, count: 1), "\(deed)")
            #expect(place.look(at: Self.later) == nil)
            try model(folder)
            unlink("\(folder.path)/more-\(round / Deed.allCases.count).json")
            #expect(place.look(at: Self.later) == .restored, "\(deed)")
        }
    }

    @Test("a file that is touched, or written again as it was, is the same")
    func touched() throws {
        let folder = try TestFolder(isInMemory: true)
        try model(folder)
        var place = WatchedPlace(path: folder.path)
        #expect(place.look(at: Self.later) == nil)
        #expect(chmod("\(folder.path)/config.json", 0o400) == 0)
        #expect(place.look(at: Self.later) == nil)
        try FileReplacement.write(Self.weights, to: "\(folder.path)/model.safetensors")
        #expect(place.look(at: Self.later) == nil)
    }

    @Test("what changed between the first marks and the first look is told, and stays so")
    func atStart() throws {
        let folder = try TestFolder(isInMemory: true)
        try model(folder)
        var place = WatchedPlace(path: folder.path)
        try FileReplacement.write([9], to: "\(folder.path)/config.json")
        #expect(place.look(at: Self.later) == .changed(file: "config.json", count: 1))
        try model(folder)
        #expect(place.look(at: Self.later) == nil)
    }

    @Test("a write that moved no mark is found while the file was written to just before")
    func sameTick() throws {
        let folder = try TestFolder(isInMemory: true)
        try model(folder)
        let path = "\(folder.path)/model.safetensors"
        var place = WatchedPlace(path: path)
        let written = Timestamp(microseconds: Int64(time(nil)) * 1_000_000)
        #expect(place.look(at: written) == nil)
        // Through a map: the kernel may tell of it late.
        let file = open(path, O_RDWR)
        let map = try #require(
            mmap(nil, Self.weights.count, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0))
        map.storeBytes(of: 8, as: UInt8.self)
        #expect(place.look(at: written) == .changed(file: ".", count: 1))
        munmap(map, Self.weights.count)
        close(file)
    }
}
