internal import Glibc
internal import Imaging
internal import Synchronization
internal import Tensor
package import VigilCore
internal import Weights

/// Embeddings of images that were seen before, on disk: a study that comes again costs no pass of
/// the encoder. One model's embeddings, of one preprocessing and arithmetic, are looked up; entries
/// of others may lie in the same folder and age out. Safe to use from several threads.
///
/// An entry that does not read is as good as none: it is counted, removed and made anew. The folder
/// is kept below its bound by removing what was not used for the longest time. Embeddings come from
/// patients' images: the folder is the worker's own, and off unless the operator names a size.
package final class EmbeddingCache: Sendable {
    /// What an embedding was when it was computed.
    package struct Entry: Sendable, Hashable {
        /// [embedding width], the bits that the encoder gave.
        package let embedding: [Float]
        /// The image's share of that pass's energy; nil: not known.
        package let joules: Joules?

        /// Takes both parts.
        package init(embedding: [Float], joules: Joules?) {
            self.embedding = embedding
            self.joules = joules
        }
    }

    /// How the cache has been used.
    package struct Usage: Sendable, Hashable {
        /// Entries that were found, were not there, and were there but damaged.
        package var hits = 0
        package var misses = 0
        package var damaged = 0
        /// Entries in the folder and their bytes, in whole blocks of the disk.
        package var entries = 0
        package var bytes = 0
    }

    private static let kind = "embeddings-1"
    private static let blockSize = 4096

    private let directory: String
    private let bytesMax: Int
    private let fields: [String]
    private let width: Int
    private let onFault: CacheFault.Listener
    private let state: Mutex<State>

    private struct State {
        var usage = Usage()
        /// Size and last use of each file.
        var files: [String: (bytes: Int, use: Int)] = [:]
        /// Uses in order; one that is not a file's last does not count.
        var uses: [(name: String, use: Int)] = []
        var first = 0
        var next = 0
    }

    /// Opens the cache for a model, and counts what lies in it.
    /// - Parameters:
    ///   - directory: its root; made when the first entry is kept.
    ///   - bytesMax: bound on the files' bytes.
    ///   - onFault: told of each entry that could not be kept.
    package init(
        directory: String, bytesMax: Int, model: any PixelEncoder,
        onFault: @escaping CacheFault.Listener = { _ in }
    ) {
        self.onFault = onFault
        self.directory = directory
        self.bytesMax = bytesMax
        width = model.embeddingWidth
        let runtime = model.runtime
        fields = [
            model.identity.encoderDigest.hex, model.input.digest.hex,
            runtime.precision.text,
            runtime.isReproducible ? "" : runtime.instructionSet.text,
        ]
        var state = State()
        for (name, bytes) in Self.scan("\(directory)/\(Self.kind)") {
            Self.note(name, bytes: bytes, &state)
        }
        self.state = Mutex(state)
        self.state.withLock { evict(&$0) }
    }

    /// How the cache has been used so far.
    package var usage: Usage { state.withLock { $0.usage } }

    /// The embedding of an image; nil when it is not known.
    /// - Parameter image: digest of its pixels.
    package func find(_ image: Digest) -> Entry? {
        let file = file(image)
        let entry = file.read().flatMap { decode($0.bytes) }
        let isThere = entry != nil || access(file.path, F_OK) == 0
        state.withLock { state in
            if entry != nil {
                state.usage.hits += 1
                Self.note(file.name, bytes: size, &state)
            } else {
                if isThere { state.usage.damaged += 1 } else { state.usage.misses += 1 }
                Self.forget(file.name, &state)
            }
        }
        if isThere, entry == nil { unlink(file.path) }
        return entry
    }

    /// Keeps an embedding; a disk that refuses it is told of, and no error.
    package func keep(_ entry: Entry, of image: Digest) {
        guard entry.embedding.count == width, size <= bytesMax else { return }
        let file = file(image)
        let joules = entry.joules?.value ?? .nan
        let isWritten = withUnsafeBytes(of: joules) { joules in
            entry.embedding.withUnsafeBytes { embedding in
                file.write([embedding, joules], isDurable: false, onFault: onFault)
            }
        }
        guard isWritten else { return }
        state.withLock { state in
            Self.note(file.name, bytes: size, &state)
            evict(&state)
        }
    }

    private func file(_ image: Digest) -> CacheFile {
        CacheFile(directory: directory, kind: Self.kind, fields: fields + [image.hex])
    }

    /// Bytes of an embedding in the file, padded as ``CacheFile`` pads its parts.
    private var paddedBytes: Int { (width * 4 + 63) / 64 * 64 }

    /// Bytes on the disk of one entry.
    private var size: Int { Self.blocks(CacheFile.overhead + paddedBytes + 64) }

    private static func blocks(_ bytes: Int) -> Int {
        (bytes + blockSize - 1) / blockSize * blockSize
    }

    private func decode(_ bytes: UnsafeRawBufferPointer) -> Entry? {
        guard bytes.count == paddedBytes + 64 else { return nil }
        let embedding = (0..<width).map {
            Float(bitPattern: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))
        }
        let joules = bytes.loadUnaligned(fromByteOffset: paddedBytes, as: Double.self)
        guard embedding.allSatisfy(\.isFinite) else { return nil }
        return Entry(
            embedding: embedding, joules: joules.isFinite && joules >= 0 ? Joules(joules) : nil)
    }

    private static func note(_ name: String, bytes: Int, _ state: inout State) {
        if state.files[name] == nil {
            state.usage.entries += 1
            state.usage.bytes += bytes
        }
        state.files[name] = (state.files[name]?.bytes ?? bytes, state.next)
        state.uses.append((name, state.next))
        state.next += 1
    }

    private static func forget(_ name: String, _ state: inout State) {
        guard let file = state.files.removeValue(forKey: name) else { return }
        state.usage.entries -= 1
        state.usage.bytes -= file.bytes
    }

    private func evict(_ state: inout State) {
        while state.usage.bytes > bytesMax, state.first < state.uses.count {
            let (name, use) = state.uses[state.first]
            state.first += 1
            guard state.files[name]?.use == use else { continue }
            unlink("\(directory)/\(Self.kind)/\(name)")
            Self.forget(name, &state)
        }
        // Uses that do not count any more make up at most half of the list.
        guard state.uses.count > 2 * state.files.count + 1024 else { return }
        state.uses = state.uses[state.first...].filter { state.files[$0.name]?.use == $0.use }
        state.first = 0
    }

    /// The files of a folder, least recently written first; what a crash left half written goes.
    private static func scan(_ folder: String) -> [(name: String, bytes: Int)] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var files: [(name: String, bytes: Int, time: Int)] = []
        while let item = readdir(stream) {
            let name = withUnsafePointer(to: &item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let path = "\(folder)/\(name)"
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            if name.hasSuffix(".part") {
                unlink(path)
            } else if name.hasSuffix(".bin") {
                let time = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
                files.append((name, blocks(Int(status.st_size)), time))
            }
        }
        return files.sorted { ($0.time, $0.name) < ($1.time, $1.name) }.map { ($0.name, $0.bytes) }
    }
}
