internal import Files
internal import Glibc
internal import Tensor
internal import VigilCore
internal import Weights

/// A file of derived bytes that can be made again at any time, such as packed weights.
///
/// The file: 64 bytes of header (magic, key, length of the payload, zeros), the payload, SHA-256 of
/// the payload. The key is a digest of all that the bytes depend on. The payload is read into
/// memory of our own, huge pages where the system has them: nobody can change it under a running
/// model, and the kernels read it faster than a map of 4 KiB pages.
struct CacheFile {
    private static let magic = Array("VIGCACH1".utf8)
    private static let headerSize = 64
    /// Bytes of a file besides its payload.
    static let overhead = headerSize + 32

    /// Where it lies, and its name alone.
    let path: String
    let name: String
    private let folder: String
    private let key: Digest
    /// What it is called where it cannot be kept.
    private let cache: SafeText

    /// - Parameters:
    ///   - directory: the root of the cache.
    ///   - kind: a folder below; with a version, which changes with the form of the bytes.
    ///   - fields: what else the bytes depend on.
    init(directory: String, kind: String, fields: [String]) {
        var hasher = DigestHasher()
        hasher.updateField(kind)
        for field in fields { hasher.updateField(field) }
        key = hasher.finish()
        folder = "\(directory)/\(kind)"
        cache =
            if kind.hasPrefix("packed") {
                "packed_weights"
            } else {
                kind.hasPrefix("text") ? "prompts" : "images"
            }
        name = "\(key.hex.prefix(32)).bin"
        path = "\(folder)/\(name)"
    }

    /// Where the packed weights of a vision tower are kept.
    static func packedWeights(
        directory: String, model: Digest, kernels: InstructionSet, precision: Precision
    ) -> CacheFile {
        CacheFile(
            directory: directory, kind: "packed-\(PackedLayout.version)",
            fields: [model.hex, kernels.rawValue, precision.rawValue])
    }

    /// The payload, nil when there is no whole file with this key.
    func read() -> PackedMemory? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: Self.headerSize)
        let end = Int(lseek(descriptor, 0, SEEK_END))
        guard pread(descriptor, &header, header.count, 0) == header.count,
            header.starts(with: Self.magic), Array(header[8..<40]) == key.bytes
        else { return nil }
        let length = header[40..<48].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let count = Int(exactly: length), count < 1 << 40,
            end == Self.headerSize + count + 32,
            let memory = try? PackedMemory(count: count)
        else { return nil }
        var digest = [UInt8](repeating: 0, count: 32)
        let read = try? WholeTransfer.read(
            into: memory.writable, from: descriptor, at: Self.headerSize)
        guard read == memory.writable.count,
            pread(descriptor, &digest, 32, Self.headerSize + count) == 32,
            digest == Self.digest(memory.bytes).bytes
        else { return nil }
        return memory
    }

    /// Writes a payload of parts, each padded to 64 bytes; says whether that worked.
    /// - Parameters:
    ///   - isDurable: see ``FileWriter/finish(isDurable:)``.
    ///   - onFault: told why it did not.
    func write(
        _ parts: [UnsafeRawBufferPointer], isDurable: Bool = true, onFault: CacheFault.Listener
    ) -> Bool {
        do throws(WeightsError) {
            try FileWriter.makeDirectory(folder)
            var writer = try FileWriter(path: path)
            let count = parts.reduce(0) { $0 + Self.aligned($1.count) }
            var header = Self.magic + key.bytes
            header += (0..<8).map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
            header += [UInt8](repeating: 0, count: Self.headerSize - header.count)
            try writer.write(header)
            var hasher = DigestHasher()
            for part in parts {
                let padding = [UInt8](repeating: 0, count: Self.aligned(part.count) - part.count)
                try writer.write(part)
                try writer.write(padding)
                hasher.update(part)
                hasher.update(padding)
            }
            try writer.write(hasher.finish().bytes)
            try writer.finish(isDurable: isDurable)
            return true
        } catch {
            onFault(CacheFault(cache: cache, reason: error.what))
            return false
        }
    }

    private static func aligned(_ count: Int) -> Int { (count + 63) / 64 * 64 }

    private static func digest(_ bytes: UnsafeRawBufferPointer) -> Digest {
        var hasher = DigestHasher()
        for start in stride(from: 0, to: bytes.count, by: 1 << 26) {
            let end = min(start + 1 << 26, bytes.count)
            hasher.update(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
        return hasher.finish()
    }
}
