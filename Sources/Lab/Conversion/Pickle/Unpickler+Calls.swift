internal import VigilCore
internal import Weights

/// Operations that name, call and fill what Python has classes for.
extension Unpickler {
    mutating func readCall(_ opcode: UInt8) throws(ConversionError) -> Bool {
        switch opcode {
        case UInt8(ascii: "c"):
            let module = try text(reader.line(limit: PickleLimits.text))
            try pushGlobal(module: module, name: try text(reader.line(limit: PickleLimits.text)))
        case 0x93:  // STACK_GLOBAL
            let names = try pop(2)
            guard case .text(let module) = names[0], case .text(let name) = names[1] else {
                throw reader.malformed("a global has no name")
            }
            try pushGlobal(module: module, name: name)
        case UInt8(ascii: "R"):
            let values = try pop(2)
            guard case .global(let function) = values[0],
                case .tuple(let arguments) = object(values[1])
            else { throw refusedOpcode() }
            try call(function, arguments)
        case UInt8(ascii: "b"): try build(state: try pop())
        case UInt8(ascii: "Q"): try pushStorage(try pop())
        default: return false
        }
        return true
    }

    private mutating func pushGlobal(module: String, name: String) throws(ConversionError) {
        guard let global = PickleGlobal(module: module, name: name) else {
            throw refusedGlobal(module, name)
        }
        try push(.global(global))
    }

    /// A call of an allowed global.
    private mutating func call(
        _ function: PickleGlobal, _ arguments: [PickleValue]
    ) throws(ConversionError) {
        switch function {
        case .orderedDictionary: try callDictionary(arguments)
        case .rebuildTensor, .rebuildTensorV2: try callTensor(arguments)
        case .rebuildParameter:
            guard let value = arguments.first, case .tensor = object(value) else {
                throw refusedCall("torch._utils._rebuild_parameter")
            }
            try push(value)
        case .size:
            guard let sizes = arguments.first, case .tuple = object(sizes) else {
                throw refusedCall("torch.Size")
            }
            try push(sizes)
        case .device, .arrayScalar: try push(.opaque)
        case .loadFromBytes: try callLoad(arguments)
        case .arrayReconstruct: try push(.emptyArray)
        case .arrayFromBuffer: try callFromBuffer(arguments)
        case .arrayType: try callArrayType(arguments)
        case .encode: try callEncode(arguments)
        case .storage: throw refusedCall("a storage class of torch")
        case .torchType: throw refusedCall("an element type of torch")
        case .array: throw refusedCall("numpy.ndarray")
        }
    }

    /// `OrderedDict()` or, from Python 2, `OrderedDict([[key, value], …])`.
    private mutating func callDictionary(_ arguments: [PickleValue]) throws(ConversionError) {
        var items: [PickleItem] = []
        if let pairs = arguments.first {
            guard arguments.count == 1, let pairs = elements(pairs) else {
                throw refusedCall("collections.OrderedDict")
            }
            for pair in pairs {
                guard let pair = elements(pair), pair.count == 2 else {
                    throw refusedCall("collections.OrderedDict")
                }
                items.append(PickleItem(key: pair[0], value: pair[1]))
            }
        }
        try push(dictionary: items)
    }

    /// `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)`.
    private mutating func callTensor(_ arguments: [PickleValue]) throws(ConversionError) {
        guard arguments.count >= 4, case .storage(let storage) = object(arguments[0]),
            case .integer(let offset) = arguments[1], let shape = integers(arguments[2]),
            let strides = integers(arguments[3])
        else { throw refusedCall("torch._utils._rebuild_tensor_v2") }
        let (start, overflow) = offset.addingReportingOverflow(storage.start)
        guard !overflow else { throw refusedCall("torch._utils._rebuild_tensor_v2") }
        try push(
            .tensor(
                PickleTensor(storage: storage, offset: start, shape: shape, strides: strides)))
    }

    /// `('storage', type, key, location, count)`, with a view's place as sixth in old files.
    private mutating func pushStorage(_ value: PickleValue) throws(ConversionError) {
        guard case .tuple(let parts) = object(value), parts.count == 5 || parts.count == 6,
            case .text("storage") = parts[0], case .global(.storage(let type)) = parts[1],
            case .text(let key) = parts[2], case .integer(let count) = parts[4],
            count >= 0, count <= 1 << 44
        else { throw refusedCall("a persistent id") }
        var start = 0
        if parts.count == 6, parts[5] != .none {
            guard let view = elements(parts[5]), view.count == 3,
                case .integer(let offset) = view[1], offset >= 0
            else { throw refusedCall("a persistent id") }
            start = offset
        }
        try push(
            .storage(
                PickleStorage(key: key, type: type, count: count, start: start, bytes: nil)))
    }

    /// `torch.storage._load_from_bytes(bytes)`: a file of torch's old format within the pickle.
    private mutating func callLoad(_ arguments: [PickleValue]) throws(ConversionError) {
        guard case .bytes(let range) = arguments.first, nesting == 0 else {
            throw refusedCall("torch.storage._load_from_bytes")
        }
        try spend(bytes: range.count)
        let part = FormatReader(reader.bytes, range: range, format: reader.format)
        let legacy = try LegacyCheckpoint(part, nesting: nesting + 1)
        guard case .storage(let storage) = legacy.object(legacy.root),
            let bytes = legacy.storages[storage.key]
        else { throw refusedCall("torch.storage._load_from_bytes") }
        try push(
            .storage(
                PickleStorage(
                    key: storage.key, type: storage.type, count: storage.count,
                    start: storage.start, bytes: bytes)))
    }

    /// A tuple of whole numbers, else nil.
    func integers(_ value: PickleValue) -> [Int]? {
        guard let values = elements(value), values.count <= SafetensorsHeader.rankLimit else {
            return nil
        }
        var numbers: [Int] = []
        for value in values {
            guard case .integer(let number) = value else { return nil }
            numbers.append(number)
        }
        return numbers
    }
}
