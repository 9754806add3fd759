internal import Imaging
package import VigilCore

/// A study of an index: its pseudonym, and the mean direction of its images' embeddings.
package struct SimilarEntry: Sendable, Hashable {
    package let study: Pseudonym
    /// When its finding was published.
    package let time: Timestamp
    /// [embedding width], of length 1.
    package let vector: [Float]

    package init(study: Pseudonym, time: Timestamp, vector: [Float]) {
        self.study = study
        self.time = time
        self.vector = vector
    }
}

/// How entries lie in a file: a header of 128 bytes (what the vectors are of, their width, the number
/// of slots), then slots of one size. Numbers are little-endian, as every machine here is.
struct SimilarLayout: Sendable, Hashable {
    static let headerSize = 128
    private static let magic = Array("VIGSIM01".utf8)
    /// Pseudonym, time, and the first eight bytes of a SHA-256 over all else of the slot.
    private static let slotHead = 32 + 8 + 8

    /// What vectors depend on besides the image: only those of one key can be compared.
    let key: Digest
    let width: Int
    let slots: Int

    init(_ model: any PixelEncoder, slots: Int) {
        let runtime = model.runtime
        var hasher = DigestHasher()
        for field in [
            model.identity.encoderDigest.hex, model.input.digest.hex, runtime.precision.text,
            runtime.isReproducible ? "" : runtime.instructionSet.text,
        ] {
            hasher.updateField(field)
        }
        key = hasher.finish()
        width = model.embeddingWidth
        self.slots = slots
    }

    /// Of a file's first bytes; nil of another file, or of another model.
    init?(header: ArraySlice<UInt8>, of other: SimilarLayout) {
        let start = header.startIndex
        guard header.count == Self.headerSize, header.starts(with: Self.magic),
            Array(header[start + 8..<start + 40]) == other.key.bytes,
            Self.number(header[start + 40..<start + 48]) == Int64(other.width),
            let slots = Int(exactly: Self.number(header[start + 48..<start + 56])), slots > 0
        else { return nil }
        key = other.key
        width = other.width
        self.slots = slots
    }

    var header: [UInt8] {
        let bytes =
            Self.magic + key.bytes + Self.bytes(Int64(width)) + Self.bytes(Int64(slots))
        return bytes + [UInt8](repeating: 0, count: Self.headerSize - bytes.count)
    }

    var slotSize: Int { Self.slotHead + 4 * width }

    /// Where a slot begins in the file.
    func offset(of slot: Int) -> Int { Self.headerSize + slot * slotSize }

    func bytes(of entry: SimilarEntry) -> [UInt8] {
        let named = Array(entry.study.safeText.utf8) + Self.bytes(entry.time.microseconds)
        let vector = entry.vector.withUnsafeBytes { Array($0) }
        return named + Self.check(named, vector[...]) + vector
    }

    /// The entry of a slot; nil of an empty one, and of one that a crash left half written.
    func entry(_ slot: ArraySlice<UInt8>) -> SimilarEntry? {
        guard slot.count == slotSize else { return nil }
        let (start, vector) = (slot.startIndex, slot.dropFirst(Self.slotHead))
        let named = Array(slot[start..<start + 40])
        guard Array(slot[start + 40..<start + 48]) == Self.check(named, vector),
            let study = Pseudonym(hex: String(decoding: named[..<32], as: UTF8.self))
        else { return nil }
        let floats = vector.withUnsafeBytes { bytes in
            (0..<width).map {
                Float(bitPattern: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))
            }
        }
        guard floats.allSatisfy(\.isFinite) else { return nil }
        return SimilarEntry(
            study: study, time: Timestamp(microseconds: Self.number(named[32..<40])),
            vector: floats)
    }

    private static func check(_ named: [UInt8], _ vector: ArraySlice<UInt8>) -> [UInt8] {
        Array(Digest(of: named + vector).bytes.prefix(8))
    }

    private static func bytes(_ number: Int64) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
        Int64(bitPattern: bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}
