internal import VigilCore
internal import Weights

/// torch's format before version 1.6: four pickles (a magic number, the version, facts about the
/// machine, the object), a pickle with the keys of the storages, then each storage as its element
/// count in 8 bytes and its elements.
struct LegacyCheckpoint {
    /// torch.serialization's MAGIC_NUMBER, as a pickle spells it.
    static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    /// The most storages of a file.
    static let storageLimit = 200_000
    private static let version = 1001

    let root: PickleValue
    let unpickler: Unpickler
    /// Bytes of each storage by its key.
    let storages: [String: StorageBytes]

    /// Whether a file begins as this format does.
    static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // The number follows the opcodes PROTO, perhaps FRAME, and LONG1.
        let head = Array(bytes.prefix(32))
        guard head.first == 0x80, head.count >= magic.count else { return false }
        return (0...head.count - magic.count).contains { head[$0...].starts(with: magic) }
    }

    init(_ reader: FormatReader, nesting: Int = 0) throws(ConversionError) {
        var reader = reader
        func next() throws(ConversionError) -> (PickleValue, Unpickler) {
            var unpickler = Unpickler(reader, nesting: nesting)
            let value = try unpickler.run()
            reader = unpickler.reader
            return (value, unpickler)
        }
        _ = try next()
        guard case .integer(Self.version) = try next().0 else {
            throw reader.malformed("its version is not \(Self.version)")
        }
        let (facts, factsReader) = try next()
        guard let items = factsReader.items(facts),
            items.contains(where: {
                $0.key == .text("little_endian") && $0.value == .bool(true)
            })
        else { throw .unsupported(what: "a torch file of a big-endian machine") }
        (root, unpickler) = try next()
        let (keys, keysReader) = try next()
        guard let keys = keysReader.elements(keys), keys.count <= Self.storageLimit else {
            throw reader.malformed("its keys of storages are no list")
        }
        storages = try Self.storages(keys, of: unpickler, from: &reader)
    }

    func object(_ value: PickleValue) -> PickleObject? { unpickler.object(value) }

    private static func storages(
        _ keys: [PickleValue], of unpickler: Unpickler, from reader: inout FormatReader
    ) throws(ConversionError) -> [String: StorageBytes] {
        var declared: [String: PickleStorage] = [:]
        for case .storage(let storage) in unpickler.objects { declared[storage.key] = storage }
        var storages: [String: StorageBytes] = [:]
        for key in keys {
            guard case .text(let key) = key, let storage = declared[key] else {
                throw reader.malformed("it has a storage that nothing names")
            }
            let found = try reader.number(bytes: 8)
            guard let count = Int(exactly: found), count == storage.count else {
                throw reader.malformed("a storage of \(storage.count) elements has \(found)")
            }
            // A storage has at most 2^44 elements of at most 8 bytes.
            storages[key] = .file(try reader.take(count * storage.type.size))
        }
        return storages
    }
}
