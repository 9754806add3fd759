import Conversion
import Testing
import VigilCore
import Weights

/// What the converter must not read, and bytes that were changed.
@Suite("Refused checkpoints")
struct RefusalTests {
    @Test(
        "a pickle that asks for more than tensors is refused by name",
        arguments: [
            ("refused-module.pt", "asks for torch.nn.modules.container.Sequential"),
            ("refused-system.pt", "asks for posix.system"),
            ("refused-eval.pkl", "builtins.eval, which is no tensor or container (STACK_GLOBAL"),
            ("refused-getattr.pkl", "asks for builtins.getattr"),
            ("refused-set.pkl", "the opcode EMPTY_SET"),
            ("refused-path.pkl", "asks for pathlib"),
            ("refused-newobj.pkl", "the opcode NEWOBJ at byte 28"),
            ("refused-inst.pkl", "asks for os.system, which is no tensor or container (INST"),
            ("refused-extension.pkl", "the opcode EXT1 at byte 2"),
            ("refused-big-endian.pkl", "big-endian"),
        ])
    func refused(file: String, reason: String) throws {
        let frozen = try FrozenFile(path: TestFolder.vectorPath(file))
        let error = #expect(throws: ConversionError.self) { try Checkpoint(file: frozen) }
        #expect(error?.what.text.contains(reason) == true, "\(error?.what.text ?? "")")
        #expect(error?.remedy.text.isEmpty == false)
    }

    /// A pickle of a dictionary with one tensor over a storage of 4 numbers, in torch's archive.
    private func read(_ pickle: [UInt8], storage: [UInt8]) throws -> Checkpoint {
        let folder = try TestFolder()
        let path = try folder.write(
            "a.pt", StoredZip.archive([("a/data.pkl", pickle), ("a/data/0", storage)]))
        return try Checkpoint(file: FrozenFile(path: path))
    }

    private func tensor(offset: UInt8, shape: [UInt8], strides: [UInt8]) -> [UInt8] {
        var out: [UInt8] = Array("\u{7D}(X".utf8) + [1, 0, 0, 0] + Array("w".utf8)
        out += Array("ctorch._utils\n_rebuild_tensor_v2\n((".utf8)
        out += Array("X".utf8) + [7, 0, 0, 0] + Array("storage".utf8)
        out += Array("ctorch\nFloatStorage\n".utf8)
        out += Array("X".utf8) + [1, 0, 0, 0] + Array("0".utf8)
        out += Array("X".utf8) + [3, 0, 0, 0] + Array("cpuK".utf8) + [4] + Array("tQ".utf8)
        out += [0x4B, offset, 0x28] + shape.flatMap { [0x4B, $0] } + [0x74]
        out += [0x28] + strides.flatMap { [0x4B, $0] } + [0x74]
        return out + [0x89, 0x4E] + Array("tRu.".utf8)
    }

    @Test("a view is read within its storage and refused beyond it")
    func views() throws {
        let storage = [UInt8](repeating: 1, count: 16)
        let good = try read(tensor(offset: 1, shape: [3], strides: [1]), storage: storage)
        #expect(good.tensors.map(\.count) == [3])
        #expect(throws: ConversionError.self) {
            try read(tensor(offset: 2, shape: [3], strides: [1]), storage: storage)
        }
        #expect(throws: ConversionError.self) {
            try read(tensor(offset: 0, shape: [2, 2], strides: [3, 1]), storage: storage)
        }
        #expect(throws: ConversionError.self) {
            try read(tensor(offset: 0, shape: [2], strides: [1]), storage: [1, 2, 3])
        }
    }

    @Test("a few bytes cannot ask for a disk of output")
    func expansion() throws {
        let wide = tensor(
            offset: 0, shape: [255, 255, 255, 255], strides: [0, 0, 0, 0])
        #expect(throws: ConversionError.overLimit(what: "bytes of tensors", limit: 64 << 20)) {
            try read(wide, storage: [UInt8](repeating: 1, count: 16))
        }
    }

    @Test("containers in one another, a cycle and shared containers end at a bound")
    func nesting() throws {
        let deep =
            [UInt8](repeating: 0x5D, count: 5001) + [UInt8](repeating: 0x61, count: 5000) + [0x2E]
        // A list that holds itself, and lists that hold the one before twice.
        let cycle = Array("]q\u{0}h\u{0}a.".utf8)
        var shared = Array("]q\u{0}0".utf8)
        for index in UInt8(0)..<60 {
            shared += [0x68, index, 0x68, index, 0x86, 0x71, index + 1, 0x30]
        }
        shared += [0x68, 60, 0x2E]
        let marks = [UInt8](repeating: 0x28, count: 10_000) + [0x2E]
        let endless = Array("\u{7D}".utf8) + [UInt8](repeating: 0x32, count: 1_100_000)
        for pickle in [deep, cycle, shared, marks, endless] {
            let folder = try TestFolder()
            let file = try FrozenFile(path: folder.write("a.pkl", [0x80, 2] + pickle))
            #expect(throws: ConversionError.self) { try Checkpoint(file: file) }
        }
    }

    @Test("changed and shortened files are read or refused, and never trap")
    func mutations() throws {
        let folder = try TestFolder()
        var random = SplitMix(state: 6)
        let deadline = ContinuousClock.now + .seconds(2)
        let names = ConversionTests.files + ["refused-module.pt", "refused-system.pt"]
        let originals = try names.map { try #require(TestFolder.vector($0)) }
        var refused = 0
        var count = 0
        while count < 4_000, ContinuousClock.now < deadline {
            var bytes = originals[count % originals.count]
            for _ in 0...Int(random.next() % 4) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 4 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes[place] ^= 1 << UInt8(random.next() % 8)
                case 2: bytes.removeLast(bytes.count - max(place, 1))
                default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
                }
            }
            let conversion = ModelConversion(
                source: try folder.write("a", bytes), destination: "\(folder.path)/\(count)")
            do { _ = try conversion.run() } catch { refused += 1 }
            TestFolder.delete(conversion.destination)
            count += 1
        }
        #expect(count > 50)
        #expect(refused > count / 4)
    }
}
