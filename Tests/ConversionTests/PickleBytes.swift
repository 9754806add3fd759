/// Pieces of pickles, written by hand for tests.
enum PickleBytes {
    static func global(_ module: String, _ name: String) -> [UInt8] {
        Array("c\(module)\n\(name)\n".utf8)
    }

    /// BINUNICODE.
    static func text(_ text: String) -> [UInt8] {
        [0x58] + number(text.utf8.count, 4) + Array(text.utf8)
    }

    /// LONG1 of 8 bytes.
    static func integer(_ value: Int) -> [UInt8] { [0x8A, 8] + number(value, 8) }

    static func tuple(_ items: [[UInt8]]) -> [UInt8] { [0x28] + items.flatMap { $0 } + [0x74] }

    /// Little-endian.
    static func number(_ value: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    /// A dictionary with one float32 tensor, `w`, over the storage `0`.
    static func tensor(
        offset: Int = 0, shape: [Int], strides: [Int], storage: Int = 4
    ) -> [UInt8] {
        let made = rebuilt(offset: offset, shape: shape, strides: strides, storage: storage)
        return [0x80, 2, 0x7D] + text("w") + made + [0x73, 0x2E]
    }

    /// A dictionary of float32 tensors, one behind another in the storage `0`.
    static func state(_ tensors: [(name: String, shape: [Int])]) -> [UInt8] {
        let counts = tensors.map { $0.shape.reduce(1, *) }
        let all = counts.reduce(0, +)
        var (bytes, offset): ([UInt8], Int) = ([0x80, 2, 0x7D], 0)
        for (tensor, count) in zip(tensors, counts) {
            let strides = tensor.shape.indices.map { tensor.shape[($0 + 1)...].reduce(1, *) }
            bytes += text(tensor.name)
            bytes += rebuilt(offset: offset, shape: tensor.shape, strides: strides, storage: all)
            bytes.append(0x73)
            offset += count
        }
        return bytes + [0x2E]
    }

    private static func rebuilt(
        offset: Int, shape: [Int], strides: [Int], storage: Int
    ) -> [UInt8] {
        let place = tuple([
            text("storage"), global("torch", "FloatStorage"), text("0"), text("cpu"),
            integer(storage),
        ])
        let arguments = tuple([
            place + [0x51], integer(offset), tuple(shape.map { integer($0) }),
            tuple(strides.map { integer($0) }), [0x89], [0x4E],
        ])
        return global("torch._utils", "_rebuild_tensor_v2") + arguments + [0x52]
    }

    /// A call of a function with one text, as each protocol writes it.
    static func call(_ module: String, _ name: String, protocol version: UInt8) -> [UInt8] {
        switch version {
        case 0: global(module, name) + Array("(Vtrue\ntR.".utf8)
        case 1: global(module, name) + [0x28] + text("true") + [0x74, 0x52, 0x2E]
        case 2, 3: [0x80, version] + global(module, name) + text("true") + [0x85, 0x52, 0x2E]
        default:
            [0x80, version, 0x95] + number(20, 8) + short(module) + short(name) + [0x93]
                + short("true") + [0x85, 0x52, 0x2E]
        }
    }

    /// SHORT_BINUNICODE, remembered.
    static func short(_ text: String) -> [UInt8] {
        [0x8C, UInt8(truncatingIfNeeded: text.utf8.count)] + Array(text.utf8) + [0x94]
    }

    /// torch's archive around a pickle.
    static func archive(_ pickle: [UInt8], storage: [UInt8] = []) -> [UInt8] {
        StoredZip.archive([("a/data.pkl", pickle), ("a/data/0", storage)])
    }

    /// torch's old format around a pickle.
    static func legacy(_ pickle: [UInt8]) -> [UInt8] {
        let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
        let facts = [0x7D] + text("little_endian") + [0x88, 0x73, 0x2E]
        return [0x80, 2, 0x8A, 10] + magic + [0x2E, 0x80, 2, 0x4D, 0xE9, 3, 0x2E, 0x80, 2] + facts
            + pickle
    }
}
