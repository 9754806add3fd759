internal import VigilCore
internal import Weights

/// Reads a pickle (Python's protocols 0 to 5) that holds tensors and containers alone.
///
/// Nothing is run: an operation or a global that is not on the list ends the reading with its name
/// and its place. Operations, memory and nesting are bounded (``PickleLimits``), and values refer
/// to one another by number, so that no input can trap or recurse.
struct Unpickler {
    var reader: ByteReader
    /// Containers, tensors and storages in the order in which they came.
    private(set) var objects: [PickleObject] = []
    /// Where the operation that is carried out stands.
    private(set) var place = 0
    /// How many pickles this one stands in.
    let nesting: Int
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private var copied = 0

    init(_ reader: ByteReader, nesting: Int = 0) {
        self.reader = reader
        self.nesting = nesting
    }

    /// Reads one pickle and gives its value; the reader stands behind it then.
    mutating func run() throws(ConversionError) -> PickleValue {
        for _ in 0..<PickleLimits.operations {
            place = reader.offset
            let opcode = try reader.byte()
            if opcode == UInt8(ascii: ".") { return try pop() }
            if try readScalar(opcode) { continue }
            if try readText(opcode) { continue }
            if try readMemo(opcode) { continue }
            if try readContainer(opcode) { continue }
            guard try readCall(opcode) else { throw refused(opcode) }
        }
        throw .overLimit(what: "operations in its pickle", limit: PickleLimits.operations)
    }

    // MARK: - Stack and table

    mutating func push(_ value: PickleValue) throws(ConversionError) {
        guard stack.count < PickleLimits.stack else {
            throw .overLimit(what: "values on its pickle's stack", limit: PickleLimits.stack)
        }
        stack.append(value)
    }

    mutating func pop() throws(ConversionError) -> PickleValue {
        guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
            throw reader.malformed("its stack is empty")
        }
        return value
    }

    mutating func pop(_ count: Int) throws(ConversionError) -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else {
            throw reader.malformed("its stack is empty")
        }
        let values = Array(stack.suffix(count))
        stack.removeLast(count)
        return values
    }

    /// The values above the last mark, which goes.
    mutating func popMark() throws(ConversionError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw reader.malformed("it has no mark") }
        let values = Array(stack[mark...])
        stack.removeLast(values.count)
        return values
    }

    mutating func mark() throws(ConversionError) {
        guard marks.count < PickleLimits.marks else {
            throw .overLimit(what: "marks in its pickle", limit: PickleLimits.marks)
        }
        marks.append(stack.count)
    }

    func top() throws(ConversionError) -> PickleValue {
        guard stack.count > (marks.last ?? 0), let value = stack.last else {
            throw reader.malformed("its stack is empty")
        }
        return value
    }

    /// Puts an object into the table and its place on the stack.
    mutating func push(_ object: PickleObject) throws(ConversionError) {
        guard objects.count < PickleLimits.objects else {
            throw .overLimit(what: "objects in its pickle", limit: PickleLimits.objects)
        }
        objects.append(object)
        try push(.object(objects.count - 1))
    }

    /// The object of a value, nil when the value is none.
    func object(_ value: PickleValue) -> PickleObject? {
        guard case .object(let index) = value, objects.indices.contains(index) else { return nil }
        return objects[index]
    }

    /// Replaces an object of the table.
    mutating func replace(_ value: PickleValue, by object: PickleObject) {
        guard case .object(let index) = value, objects.indices.contains(index) else { return }
        objects[index] = object
    }

    /// Appends to a list or a dictionary in place.
    mutating func append(
        _ values: [PickleValue], to container: PickleValue
    ) throws(ConversionError) {
        guard case .object(let index) = container, objects.indices.contains(index) else {
            throw reader.malformed("it appends to something but a container")
        }
        // The table lets go of the array meanwhile, or appending would copy it.
        let object = objects[index]
        objects[index] = .emptyArray
        switch object {
        case .list(var items):
            items.append(contentsOf: values)
            objects[index] = .list(items)
        case .dictionary(var items):
            guard values.count.isMultiple(of: 2) else {
                throw reader.malformed("it sets a key without a value")
            }
            for first in stride(from: 0, to: values.count, by: 2) {
                items.append(PickleItem(key: values[first], value: values[first + 1]))
            }
            objects[index] = .dictionary(items)
        default: throw reader.malformed("it appends to something but a container")
        }
    }

    /// Accounts for a call that copies or reads again what a few bytes of the pickle refer to.
    mutating func spend(_ count: Int) throws(ConversionError) {
        let limit = PickleLimits.operations + reader.bytes.count
        guard count <= limit - copied else {
            throw .overLimit(what: "copied values in its pickle", limit: limit)
        }
        copied += count
    }

    mutating func remember(_ key: Int?) throws(ConversionError) {
        let key = key ?? memo.count
        guard memo.count < PickleLimits.memo else {
            throw .overLimit(what: "remembered values in its pickle", limit: PickleLimits.memo)
        }
        memo[key] = try top()
    }

    mutating func recall(_ key: Int) throws(ConversionError) {
        guard let value = memo[key] else { throw reader.malformed("it recalls what is not there") }
        try push(value)
    }

    func refusedCall(_ name: StaticString) -> ConversionError {
        .refusedCall(name: "\(name)", offset: place)
    }

    private func refused(_ opcode: UInt8) -> ConversionError {
        let names: [UInt8: StaticString] = [
            0x69: "INST", 0x6F: "OBJ", 0x50: "PERSID", 0x81: "NEWOBJ", 0x82: "EXT1", 0x83: "EXT2",
            0x84: "EXT4", 0x8F: "EMPTY_SET", 0x90: "ADDITEMS", 0x91: "FROZENSET",
            0x92: "NEWOBJ_EX", 0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
        ]
        guard let name = names[opcode] else {
            return .malformed(
                format: reader.format, reason: "\(opcode) is no opcode", offset: place)
        }
        return .refusedOpcode(name: "\(name)", offset: place)
    }
}
