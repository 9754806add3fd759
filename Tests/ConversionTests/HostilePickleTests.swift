import CAllocationCount
import Conversion
import FileKit
import Testing
import VigilCore
import Weights

/// Pickles that ask for more than tensors, or for more than there is.
@Suite("Hostile pickles")
struct HostilePickleTests {
    /// A pickle and what the refusal must say.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let pickle: [UInt8]
        let reason: String

        init(_ name: String, _ pickle: [UInt8], _ reason: String) {
            self.name = name
            self.pickle = pickle
            self.reason = reason
        }

        var testDescription: String { name }
    }

    private static func parse(_ bytes: [UInt8]) throws -> Checkpoint {
        let folder = try TestFolder()
        return try Checkpoint(file: FrozenFile(path: folder.write("a", bytes)))
    }

    private func refuse(
        _ bytes: [UInt8], _ reason: String, at location: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: ConversionError.self, sourceLocation: location) {
            try Self.parse(bytes)
        }
        let what = error?.what.text ?? ""
        #expect(what.contains(reason), "\(what)", sourceLocation: location)
    }

    @Test("a function is refused by name in every protocol and format", arguments: 0...5)
    func functions(version: Int) {
        let version = UInt8(version)
        for (module, name) in [
            ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("nt", "system"),
            ("torch", "load"), ("torch.storage", "UntypedStorage"), ("numpy", "load"),
            ("collections", "OrderedDict.__init__"), ("torch._utils", "_rebuild_tensor_v2.x"),
            ("numpy.core.numpy.core.multiarray", "scalar"), ("", ""), ("torch\u{0}", "Size"),
        ] {
            let pickle = PickleBytes.call(module, name, protocol: version)
            let shown = "\(module).\(name)".replacing("\u{0}", with: "?")
            let opcode = version < 4 ? "GLOBAL" : "STACK_GLOBAL"
            let reason = "asks for \(shown), which is no tensor or container (\(opcode) at byte"
            if version > 1 { refuse(pickle, reason) }
            refuse(PickleBytes.archive(pickle), reason)
            refuse(PickleBytes.legacy(pickle), reason)
        }
    }

    private static let size = PickleBytes.global("torch", "Size")
    private static let wrongCalls = [
        Case("INST", Array("(ios\nsystem\n.".utf8), "asks for os.system"),
        Case("OBJ", [0x28] + size + Array("o.".utf8), "the opcode OBJ at byte"),
        Case("NEWOBJ", size + [0x29, 0x81, 0x2E], "the opcode NEWOBJ"),
        Case("NEWOBJ_EX", size + [0x29, 0x7D, 0x92, 0x2E], "the opcode NEWOBJ_EX"),
        Case("EXT1", [0x82, 1, 0x2E], "the opcode EXT1"),
        Case("EXT2", [0x83, 1, 0, 0x2E], "the opcode EXT2"),
        Case("EXT4", [0x84, 1, 0, 0, 0, 0x2E], "the opcode EXT4"),
        Case("PERSID", Array("P0\n.".utf8), "the opcode PERSID"),
        Case("buffers", [0x97, 0x98, 0x2E], "the opcode NEXT_BUFFER"),
        Case("sets", [0x8F, 0x2E], "the opcode EMPTY_SET"),
        Case("text called", PickleBytes.text("x") + [0x29, 0x52, 0x2E], "the opcode REDUCE"),
        Case("call without a tuple", size + [0x4E, 0x52, 0x2E], "the opcode REDUCE"),
        Case(
            "class called", PickleBytes.global("torch", "FloatStorage") + [0x29, 0x52, 0x2E],
            "calls a storage class of torch with arguments of an unknown form (REDUCE"),
        Case("state of a list", [0x5D, 0x7D, 0x62, 0x2E], "the opcode BUILD"),
        Case("storage of nothing", [0x4E, 0x51, 0x2E], "calls a persistent id"),
        Case(
            "file in a file in a file",
            PickleBytes.global("torch.storage", "_load_from_bytes") + [0x4E, 0x85, 0x52, 0x2E],
            "calls torch.storage._load_from_bytes"),
        Case("protocol 6", [0x80, 6, 0x4E, 0x2E], "the pickle protocol 6"),
        Case("no opcode", [0xFF, 0x2E], "255 is no opcode"),
    ]

    @Test("an opcode that builds more than tensors is refused by name", arguments: wrongCalls)
    func opcodes(hostile: Case) {
        refuse([0x80, 2] + hostile.pickle, hostile.reason)
        refuse(PickleBytes.archive(hostile.pickle), hostile.reason)
    }

    private static let wrongLengths: [Case] = [
        Case("BINUNICODE", [0x58, 0xFF, 0xFF, 0xFF, 0xFF], "a length of 4294967295 leaves it"),
        Case(
            "BINUNICODE8", [0x8D] + PickleBytes.number(.max, 8),
            "a length of 9223372036854775807 leaves it"),
        Case("BINUNICODE8 of -1", [0x8D] + PickleBytes.number(-1, 8), "18446744073709551615"),
        Case("BINBYTES", [0x42, 0xFF, 0xFF, 0xFF, 0x7F], "a length of 2147483647 leaves it"),
        Case("BINBYTES8", [0x8E] + PickleBytes.number(1 << 40, 8), "1099511627776 leaves it"),
        Case("BYTEARRAY8", [0x96] + PickleBytes.number(1 << 40, 8), "1099511627776 leaves it"),
        Case("LONG4 of -1", [0x8B, 0xFF, 0xFF, 0xFF, 0xFF], "a length of 4294967295 leaves it"),
        Case("FRAME", [0x95, 1], "it ends too soon"),
        Case("a name without end", Array("cos".utf8), "it ends too soon"),
        Case("memo that is empty", [0x68, 7, 0x2E], "it recalls what is not there"),
        Case("memo far away", [0x6A, 0xFF, 0xFF, 0xFF, 0xFF, 0x2E], "recalls what is not there"),
        Case("memo at -1", Array("Np-1\n.".utf8), "a place of the memo is no number"),
        Case("memo of nothing", [0x94, 0x2E], "its stack is empty"),
        Case("empty stack", [0x2E], "its stack is empty"),
        Case("tuple beyond a mark", [0x4E, 0x4E, 0x28, 0x4E, 0x86, 0x2E], "its stack is empty"),
        Case("no mark", [0x74, 0x2E], "it has no mark"),
        Case("key without value", [0x7D, 0x28, 0x4E, 0x75, 0x2E], "a key without a value"),
        Case("item of a number", [0x4B, 1, 0x4E, 0x61, 0x2E], "something but a container"),
        Case("text that is no UTF-8", [0x8C, 1, 0xFF, 0x2E], "a text is not UTF-8"),
    ]

    @Test("lengths, marks and places beyond the pickle are refused", arguments: wrongLengths)
    func lengths(hostile: Case) {
        refuse([0x80, 4] + hostile.pickle, hostile.reason)
        refuse(PickleBytes.archive([0x80, 4] + hostile.pickle), hostile.reason)
        refuse(PickleBytes.legacy([0x80, 4] + hostile.pickle), hostile.reason)
    }

    @Test("memo, stack, containers and texts end at a bound")
    func bounds() {
        let start: [UInt8] = [0x80, 4]
        let text = PickleBytes.text(String(repeating: "a", count: 1 << 20)) + [0x30]
        let wide: [UInt8] = [0x28] + [UInt8](repeating: 0x4E, count: 900_000) + [0x74]
        let cases: [([UInt8], String)] = [
            ([0x4E] + [UInt8](repeating: 0x94, count: 2_000_001), "remembered values"),
            ([UInt8](repeating: 0x29, count: 1_000_001), "values on its pickle's stack"),
            ([UInt8](repeating: 0x28, count: 1_001), "marks"),
            ([0x5D] + Array(repeatElement(wide, count: 9).joined()), "values in its pickle's"),
            (Array(repeatElement(text, count: 65).joined()), "bytes of texts"),
        ]
        for (pickle, reason) in cases { refuse(start + pickle + [0x2E], reason) }
    }

    @Test("containers in one another, a cycle and shared containers end at a bound")
    func nesting() {
        let deep =
            [UInt8](repeating: 0x5D, count: 5001) + [UInt8](repeating: 0x61, count: 5000) + [0x2E]
        // A list that holds itself, and lists that hold the one before twice.
        let cycle = Array("]q\u{0}h\u{0}a.".utf8)
        var shared = Array("]q\u{0}0".utf8)
        for index in UInt8(0)..<60 {
            shared += [0x68, index, 0x68, index, 0x86, 0x71, index + 1, 0x30]
        }
        shared += [0x68, 60, 0x2E]
        refuse([0x80, 2] + deep, "containers within one another")
        refuse([0x80, 2] + cycle, "containers within one another")
        refuse([0x80, 2] + shared, "containers within one another")
    }

    @Test("a list that is built item by item takes memory in proportion to its length")
    func longList() throws {
        let items = Array(repeatElement([UInt8(0x4E), 0x61], count: 400_000).joined())
        let before = vigil_allocated_bytes_of_this_thread()
        refuse([0x80, 2, 0x5D] + items + [0x2E], "no tensors")
        #expect(vigil_allocated_bytes_of_this_thread() - before < 1 << 30)
    }

    // MARK: - Tensors

    private static let wrongViews: [(offset: Int, shape: [Int], strides: [Int], reason: String)] = [
        (2, [3], [1], "leave its storage"), (0, [2, 2], [3, 1], "leave its storage"),
        (-1, [1], [1], "strides do not fit"), (0, [2], [-1], "strides do not fit"),
        (.min, [1], [1], "strides do not fit"), (.max, [1], [1], "leave its storage"),
        (0, [-1], [1], "negative or too large"), (0, [.max, 2], [1, 1], "negative or too large"),
        (0, [.min], [1], "negative or too large"), (0, [2], [.max], "leave its storage"),
        (1, [2, 2], [.max, .max], "leave its storage"), (0, [2], [1, 1], "strides do not fit"),
        (0, [1 << 41], [0], "negative or too large"),
        (0, [Int](repeating: 1, count: 17), [Int](repeating: 1, count: 17), "unknown form"),
    ]

    @Test("a view is read within its storage and refused beyond it")
    func views() throws {
        let storage = [UInt8](repeating: 1, count: 16)
        let good = PickleBytes.tensor(offset: 1, shape: [3], strides: [1])
        let checkpoint = try Self.parse(PickleBytes.archive(good, storage: storage))
        #expect(checkpoint.tensors.map(\.count) == [3])
        for view in Self.wrongViews {
            let pickle = PickleBytes.tensor(
                offset: view.offset, shape: view.shape, strides: view.strides)
            refuse(PickleBytes.archive(pickle, storage: storage), view.reason)
        }
    }

    @Test("a storage that is not as long as its tensor says is refused")
    func storages() {
        for count in [-1, 0, 3, 5, 1 << 44, .max] {
            let pickle = PickleBytes.tensor(shape: [1], strides: [1], storage: count)
            refuse(
                PickleBytes.archive(pickle, storage: [UInt8](repeating: 1, count: 16)),
                count < 0 || count > 1 << 44 ? "persistent id" : "is not in the file")
        }
        refuse(PickleBytes.tensor(shape: [1], strides: [1]), "is not in the file")
    }

    @Test("a step that is never taken may be any number")
    func idleStride() throws {
        let folder = try TestFolder()
        let pickle = PickleBytes.tensor(shape: [1, 2, 2, 1], strides: [.max, 1, 2, .max])
        let bytes = PickleBytes.archive(pickle, storage: (0..<16).map { UInt8($0) })
        let conversion = ModelConversion(
            source: try folder.write("a.pt", bytes), destination: "\(folder.path)/model")
        _ = try conversion.run()
        let file = try SafetensorsFile(path: "\(folder.path)/model/model.safetensors")
        let entry = try #require(file.header["w"])
        #expect(entry.shape == [1, 2, 2, 1])
        let found = file.withTensor(entry) { Array($0) }
        #expect(found == [0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15])
    }

    @Test("a few bytes cannot ask for a disk of output")
    func expansion() {
        let wide = PickleBytes.tensor(shape: [255, 255, 255, 255], strides: [0, 0, 0, 0])
        refuse(
            PickleBytes.archive(wide, storage: [UInt8](repeating: 1, count: 16)),
            "too many bytes of tensors")
    }

    @Test("entries of an archive that share bytes are refused")
    func sharedEntries() {
        let pickle = PickleBytes.tensor(shape: [1], strides: [1])
        let entries = [("a/data.pkl", pickle), ("a/data/0", pickle)]
        refuse(StoredZip.archive(entries, isShared: true), "two entries share bytes")
    }
}
