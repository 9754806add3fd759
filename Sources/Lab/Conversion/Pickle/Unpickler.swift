internal import VigilCore
internal import Weights

/// Reads a pickle (Python's protocols 0 to 5) that holds tensors and containers alone.
///
/// Nothing is run: an operation or a global that is not on the list ends the reading with its name
/// and its place. Operations, memory and nesting are bounded (``PickleLimits``), and values refer
/// to one another by number, so that no input can trap or recurse.
struct Unpickler {
    var reader: FormatReader
    /// Containers, tensors and storages in the order in which they came.
    private(set) var objects: [PickleObject] = []
    /// Where the operation that is carried out stands.
    private(set) var place = 0
    /// How many pickles this one stands in.
    let nesting: Int
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private var lists: [[PickleValue]] = []
    private var dictionaries: [[PickleItem]] = []
    /// Places in containers, bytes of texts, and bytes decoded again, all of them bounded.
    private var spent = (places: 0, textBytes: 0, decoded: 0)
    private var opcode: UInt8 = 0

    init(_ reader: FormatReader, nesting: Int = 0) {
        self.reader = reader
        self.nesting = nesting
    }

    /// Reads one pickle and gives its value; the reader stands behind it then.
    mutating func run() throws(ConversionError) -> PickleValue {
        for _ in 0..<PickleLimits.operations {
            place = reader.offset
            opcode = try reader.byte()
            if opcode == UInt8(ascii: ".") { return try pop() }
            if try readScalar(opcode) { continue }
            if try readText(opcode) { continue }
            if try readMemo(opcode) { continue }
            if try readContainer(opcode) { continue }
            guard try readCall(opcode) else { throw try refused() }
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
        if case .tuple(let values) = object { try hold(values.count) }
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

    mutating func push(list values: [PickleValue]) throws(ConversionError) {
        try hold(values.count)
        lists.append(values)
        try push(.list(lists.count - 1))
    }

    mutating func push(dictionary items: [PickleItem]) throws(ConversionError) {
        try hold(2 * items.count)
        dictionaries.append(items)
        try push(.dictionary(dictionaries.count - 1))
    }

    /// The values of a tuple or a list, else nil.
    func elements(_ value: PickleValue) -> [PickleValue]? {
        switch object(value) {
        case .tuple(let values): values
        case .list(let index): lists[index]
        default: nil
        }
    }

    /// The items of a dictionary, else nil.
    func items(_ value: PickleValue) -> [PickleItem]? {
        if case .dictionary(let index) = object(value) { dictionaries[index] } else { nil }
    }

    /// Appends to a list or a dictionary in place.
    mutating func append(
        _ values: [PickleValue], to container: PickleValue
    ) throws(ConversionError) {
        try hold(values.count)
        switch object(container) {
        case .list(let index): lists[index].append(contentsOf: values)
        case .dictionary(let index):
            guard values.count.isMultiple(of: 2) else {
                throw reader.malformed("it sets a key without a value")
            }
            for first in stride(from: 0, to: values.count, by: 2) {
                dictionaries[index].append(
                    PickleItem(key: values[first], value: values[first + 1]))
            }
        default: throw reader.malformed("it appends to something but a container")
        }
    }

    /// Accounts for places in containers: a few bytes may fill many with the same values.
    private mutating func hold(_ count: Int) throws(ConversionError) {
        guard count <= PickleLimits.places - spent.places else {
            throw .overLimit(what: "values in its pickle's containers", limit: PickleLimits.places)
        }
        spent.places += count
    }

    /// Accounts for a call that reads again bytes which the pickle may refer to often.
    mutating func spend(bytes count: Int) throws(ConversionError) {
        let limit = reader.bytes.count + PickleLimits.text
        guard count <= limit - spent.decoded else {
            throw .overLimit(what: "bytes that its pickle decodes", limit: limit)
        }
        spent.decoded += count
    }

    /// Accounts for a text.
    mutating func hold(textBytes count: Int) throws(ConversionError) {
        guard count <= PickleLimits.text else {
            throw .overLimit(what: "bytes in a text", limit: PickleLimits.text)
        }
        spent.textBytes += count
        guard spent.textBytes <= PickleLimits.texts else {
            throw .overLimit(what: "bytes of texts in its pickle", limit: PickleLimits.texts)
        }
    }

    /// The text of a range of the file, which must be UTF-8.
    mutating func text(_ range: Range<Int>) throws(ConversionError) -> String {
        try hold(textBytes: range.count)
        guard let text = String(validating: reader.copy(range), as: UTF8.self) else {
            throw reader.malformed("a text is not UTF-8")
        }
        return text
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

    // MARK: - Refusals

    func refusedCall(_ name: StaticString) -> ConversionError {
        .refusedCall(name: "\(name)", opcode: PickleOpcode.name(opcode), offset: place)
    }

    func refusedGlobal(_ module: String, _ name: String) -> ConversionError {
        .refusedGlobal(
            name: SafeText(named: "\(module).\(name)"), opcode: PickleOpcode.name(opcode),
            offset: place)
    }

    func refusedOpcode() -> ConversionError {
        .refusedOpcode(name: PickleOpcode.name(opcode), offset: place)
    }

    /// The error for an operation that nothing here carries out.
    private mutating func refused() throws(ConversionError) -> ConversionError {
        guard PickleOpcode.isKnown(opcode) else {
            return .malformed(
                format: reader.format, reason: "\(opcode) is no opcode", offset: place)
        }
        guard opcode == UInt8(ascii: "i") else { return refusedOpcode() }
        // INST names what it would call.
        let module = try text(reader.line(limit: PickleLimits.text))
        return refusedGlobal(module, try text(reader.line(limit: PickleLimits.text)))
    }
}
