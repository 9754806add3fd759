/// A value on a pickle's stack. Containers are places in the unpickler's table of objects, so that
/// no pickle can build a chain of references or a cycle in memory.
enum PickleValue: Sendable, Hashable {
    case none
    case bool(Bool)
    case integer(Int)
    case text(String)
    /// Bytes of the file.
    case bytes(Range<Int>)
    case object(Int)
    case global(PickleGlobal)
    /// A value of an allowed kind that carries no weights: a real number, a device.
    case opaque
}

/// What stands in the unpickler's table of objects.
enum PickleObject: Sendable {
    case tuple([PickleValue])
    /// A place in the unpickler's table of lists.
    case list(Int)
    /// A place in the unpickler's table of dictionaries.
    case dictionary(Int)
    case storage(PickleStorage)
    case tensor(PickleTensor)
    case elementType(ArrayElement)
    case ownedBytes([UInt8])
    /// A numpy array that waits for its state.
    case emptyArray
}

/// An item of a dictionary.
struct PickleItem: Sendable {
    let key: PickleValue
    let value: PickleValue
}
