internal import VigilCore

/// torch's format since version 1.6: an archive with `data.pkl` and a file `data/KEY` a storage.
struct ZipCheckpoint {
    let root: PickleValue
    let unpickler: Unpickler
    /// Bytes of each storage by its key.
    let storages: [String: StorageBytes]

    init(_ bytes: UnsafeRawBufferPointer) throws(ConversionError) {
        let archive = try ZipArchive(bytes)
        let name = "data.pkl"
        let found = archive.entries.keys.filter { $0 == name || $0.hasSuffix("/\(name)") }
        guard found.count == 1, let path = found.first, let pickle = archive.entries[path] else {
            throw .unsupported(what: "an archive with \(found.count) files data.pkl, not one,")
        }
        let folder = String(path.dropLast(name.count))
        if let order = archive.entries["\(folder)byteorder"] {
            guard bytes[order].elementsEqual("little".utf8) else {
                throw .unsupported(what: "a torch file of a big-endian machine")
            }
        }
        var unpickler = Unpickler(FormatReader(bytes, range: pickle, format: "pickle"))
        root = try unpickler.run()
        self.unpickler = unpickler
        var storages: [String: StorageBytes] = [:]
        for case .storage(let storage) in unpickler.objects {
            if let range = archive.entries["\(folder)data/\(storage.key)"] {
                storages[storage.key] = .file(range)
            }
        }
        self.storages = storages
    }
}
