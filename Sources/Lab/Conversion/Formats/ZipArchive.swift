internal import VigilCore

/// The entries of a ZIP archive (PKWARE APPNOTE 6.3) whose members are stored without compression,
/// as torch writes them, with the 64-bit extension for large files.
struct ZipArchive {
    /// The most entries.
    static let entryLimit = 200_000
    private static let format: SafeText = "ZIP archive"
    /// End record with its longest comment.
    private static let tailLimit = 22 + 65_535

    /// Where each entry's bytes stand in the file.
    let entries: [String: Range<Int>]

    /// Whether a file begins as an archive does.
    static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.prefix(4).elementsEqual([0x50, 0x4B, 0x03, 0x04])
    }

    /// Reads the central directory and finds each entry's bytes by its local header.
    init(_ bytes: UnsafeRawBufferPointer) throws(ConversionError) {
        var directory = try Self.directory(bytes)
        var entries: [String: Range<Int>] = [:]
        for _ in 0..<directory.count {
            let (name, range) = try Self.entry(&directory.reader, bytes)
            guard entries.updateValue(range, forKey: name) == nil else {
                throw directory.reader.malformed("an entry's name stands twice")
            }
        }
        var end = 0
        for range in entries.values.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard range.isEmpty || range.lowerBound >= end else {
                throw .malformed(
                    format: Self.format, reason: "two entries share bytes",
                    offset: range.lowerBound)
            }
            end = max(end, range.upperBound)
        }
        self.entries = entries
    }

    private static func directory(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ConversionError) -> (reader: FormatReader, count: Int) {
        let start = max(0, bytes.count - tailLimit)
        let tail = Array(bytes[start...])
        let signature: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
        let places = stride(from: tail.count - 22, through: 0, by: -1)
        let found = places.first { tail[$0] == signature[0] && tail[$0...].starts(with: signature) }
        guard let place = found else {
            throw .malformed(
                format: format, reason: "it has no end record; it may be cut short",
                offset: bytes.count)
        }
        var end = FormatReader(bytes, range: start + place..<bytes.count, format: format)
        _ = try end.take(10)
        var count = try end.number(bytes: 2)
        var size = try end.number(bytes: 4)
        var offset = try end.number(bytes: 4)
        if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
            (count, size, offset) = try wideDirectory(bytes, endRecord: start + place)
        }
        guard count <= UInt64(entryLimit) else {
            throw .overLimit(what: "entries", limit: entryLimit)
        }
        guard let first = Int(exactly: offset), let size = Int(exactly: size),
            first <= bytes.count, size <= bytes.count - first
        else { throw end.malformed("its directory leaves the file") }
        return (FormatReader(bytes, range: first..<first + size, format: format), Int(count))
    }

    /// The 64-bit end record, which a locator of 20 bytes before the end record leads to.
    private static func wideDirectory(
        _ bytes: UnsafeRawBufferPointer, endRecord: Int
    ) throws(ConversionError) -> (UInt64, UInt64, UInt64) {
        var locator = FormatReader(bytes, range: max(0, endRecord - 20)..<endRecord, format: format)
        guard try locator.number(bytes: 4) == 0x0706_4B50 else {
            throw locator.malformed("it has no 64-bit locator")
        }
        _ = try locator.take(4)
        let place = try locator.number(bytes: 8)
        guard let start = Int(exactly: place), start <= bytes.count else {
            throw locator.malformed("its 64-bit end record leaves the file")
        }
        var end = FormatReader(bytes, range: start..<bytes.count, format: format)
        guard try end.number(bytes: 4) == 0x0606_4B50 else {
            throw end.malformed("it has no 64-bit end record")
        }
        _ = try end.take(28)
        return (
            try end.number(bytes: 8), try end.number(bytes: 8), try end.number(bytes: 8)
        )
    }

    private static func entry(
        _ reader: inout FormatReader, _ bytes: UnsafeRawBufferPointer
    ) throws(ConversionError) -> (String, Range<Int>) {
        guard try reader.number(bytes: 4) == 0x0201_4B50 else {
            throw reader.malformed("an entry of its directory has no signature")
        }
        _ = try reader.take(4)
        let flags = try reader.number(bytes: 2)
        let method = try reader.number(bytes: 2)
        _ = try reader.take(8)
        var stored = try reader.number(bytes: 4)
        var size = try reader.number(bytes: 4)
        let nameLength = Int(try reader.number(bytes: 2))
        let extraLength = Int(try reader.number(bytes: 2))
        let commentLength = Int(try reader.number(bytes: 2))
        _ = try reader.take(8)
        var offset = try reader.number(bytes: 4)
        let name = String(decoding: reader.copy(try reader.take(nameLength)), as: UTF8.self)
        let extra = try reader.take(extraLength)
        _ = try reader.take(commentLength)
        try widen(&size, &stored, &offset, bytes, extra)
        guard flags & 1 == 0, method == 0, stored == size else {
            throw .unsupported(what: "a compressed or encrypted entry \(SafeText(named: name))")
        }
        return (name, try content(bytes, offset: offset, size: size))
    }

    /// Takes the 64-bit numbers of the extra field 1 where the 32-bit ones are full.
    private static func widen(
        _ size: inout UInt64, _ stored: inout UInt64, _ offset: inout UInt64,
        _ bytes: UnsafeRawBufferPointer, _ extra: Range<Int>
    ) throws(ConversionError) {
        let full: UInt64 = 0xFFFF_FFFF
        guard size == full || stored == full || offset == full else { return }
        var fields = FormatReader(bytes, range: extra, format: format)
        while fields.remaining >= 4 {
            let id = try fields.number(bytes: 2)
            let field = try fields.take(Int(try fields.number(bytes: 2)))
            guard id == 1 else { continue }
            var numbers = FormatReader(bytes, range: field, format: format)
            if size == full { size = try numbers.number(bytes: 8) }
            if stored == full { stored = try numbers.number(bytes: 8) }
            if offset == full { offset = try numbers.number(bytes: 8) }
            return
        }
        throw fields.malformed("an entry has no 64-bit sizes")
    }

    /// The bytes behind an entry's local header.
    private static func content(
        _ bytes: UnsafeRawBufferPointer, offset: UInt64, size: UInt64
    ) throws(ConversionError) -> Range<Int> {
        guard let offset = Int(exactly: offset), offset <= bytes.count,
            let size = Int(exactly: size)
        else {
            throw .malformed(
                format: format, reason: "an entry leaves the file", offset: bytes.count)
        }
        var local = FormatReader(bytes, range: offset..<bytes.count, format: format)
        guard try local.number(bytes: 4) == 0x0403_4B50 else {
            throw local.malformed("an entry has no local header")
        }
        _ = try local.take(22)
        let nameLength = Int(try local.number(bytes: 2))
        _ = try local.take(nameLength + Int(try local.number(bytes: 2)))
        return try local.take(size)
    }
}
