internal import VigilCore
internal import Weights

/// numpy's arrays, and the state of what a call has made.
extension Unpickler {
    /// `numpy.dtype('f4', False, True)`.
    mutating func callArrayType(_ arguments: [PickleValue]) throws(ConversionError) {
        guard case .text(let name) = arguments.first else { throw refusedCall("numpy.dtype") }
        guard let type = PickleGlobal.elementType(name) else {
            throw .unsupported(what: "numpy's element type \(SafeText(named: name))")
        }
        try push(.elementType(ArrayElement(type: type, name: name)))
    }

    /// `_frombuffer(bytes, dtype, shape, order)`.
    mutating func callFromBuffer(_ arguments: [PickleValue]) throws(ConversionError) {
        guard arguments.count == 4, let bytes = storageBytes(arguments[0]),
            case .elementType(let element) = object(arguments[1]),
            let shape = integers(arguments[2]), case .text(let order) = arguments[3]
        else { throw refusedCall("numpy.core.numeric._frombuffer") }
        try push(.tensor(array(bytes, element, shape, isColumnMajor: order == "F")))
    }

    /// `_codecs.encode(text, 'latin1')`: protocol 2's way to write bytes.
    mutating func callEncode(_ arguments: [PickleValue]) throws(ConversionError) {
        guard arguments.count == 2, case .text("latin1") = arguments[1] else {
            throw refusedCall("_codecs.encode")
        }
        let text: String?
        switch arguments[0] {
        case .text(let short): text = short
        case .bytes(let range): text = String(validating: reader.copy(range), as: UTF8.self)
        default: text = nil
        }
        guard let text else { throw refusedCall("_codecs.encode") }
        try spend(bytes: text.utf8.count)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else {
                throw refusedCall("_codecs.encode")
            }
            bytes.append(byte)
        }
        try push(.ownedBytes(bytes))
    }

    /// Gives the topmost value its state. An OrderedDict's is dropped: it holds attributes such as
    /// `_metadata`, no items.
    mutating func build(state: PickleValue) throws(ConversionError) {
        let value = try top()
        switch object(value) {
        case .dictionary: return
        case .elementType(let element):
            // (version, byte order, …)
            guard let parts = elements(state), parts.count >= 2, case .text(let order) = parts[1]
            else { throw refusedCall("numpy.dtype") }
            guard ["<", "|", "="].contains(order) else {
                let name = SafeText(named: element.name)
                throw .unsupported(what: "a numpy array of big-endian \(name)")
            }
        case .emptyArray:
            // (version, shape, dtype, is column-major, bytes)
            guard let parts = elements(state), parts.count == 5, let shape = integers(parts[1]),
                case .elementType(let element) = object(parts[2]),
                case .bool(let isColumnMajor) = parts[3], let bytes = storageBytes(parts[4])
            else { throw refusedCall("numpy.ndarray") }
            replace(
                value, by: .tensor(array(bytes, element, shape, isColumnMajor: isColumnMajor)))
        default: throw refusedOpcode()
        }
    }

    private func array(
        _ bytes: StorageBytes, _ element: ArrayElement, _ shape: [Int], isColumnMajor: Bool
    ) -> PickleTensor {
        var strides: [Int]?
        if isColumnMajor {
            var step = 1
            strides = shape.map { size in
                defer { step = step.multipliedReportingOverflow(by: max(size, 1)).partialValue }
                return step
            }
        }
        let storage = PickleStorage(
            key: "", type: element.type, count: bytes.count / element.type.size, start: 0,
            bytes: bytes)
        return PickleTensor(storage: storage, offset: 0, shape: shape, strides: strides)
    }

    private func storageBytes(_ value: PickleValue) -> StorageBytes? {
        if case .bytes(let range) = value { return .file(range) }
        if case .ownedBytes(let bytes) = object(value) { return .owned(bytes) }
        return nil
    }
}
