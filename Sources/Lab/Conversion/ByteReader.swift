internal import VigilCore

/// Reads a part of a file's bytes in order; nothing beyond its end, whatever the bytes say.
///
/// The bytes belong to a ``FrozenFile`` that outlives the reader.
struct ByteReader {
    /// The format's name, for errors.
    let format: SafeText
    /// The whole file.
    let bytes: UnsafeRawBufferPointer
    /// Where the next byte is read, from the start of the file.
    private(set) var offset: Int
    /// Where reading ends.
    let end: Int

    /// Reads a range of a file, clamped to the file.
    init(_ bytes: UnsafeRawBufferPointer, range: Range<Int>? = nil, format: SafeText) {
        let range = (range ?? 0..<bytes.count).clamped(to: 0..<bytes.count)
        self.format = format
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { offset >= end }

    /// Bytes that are left.
    var remaining: Int { end - offset }

    /// An error about the place where the reader stands.
    func malformed(_ reason: SafeText) -> ConversionError {
        .malformed(format: format, reason: reason, offset: offset)
    }

    mutating func byte() throws(ConversionError) -> UInt8 {
        guard offset < end else { throw malformed("it ends too soon") }
        defer { offset += 1 }
        return bytes[offset]
    }

    /// The range of the next `count` bytes, which are passed over.
    mutating func take(_ count: Int) throws(ConversionError) -> Range<Int> {
        guard count >= 0, count <= remaining else { throw malformed("it ends too soon") }
        defer { offset += count }
        return offset..<offset + count
    }

    /// A little-endian number of up to 8 bytes.
    mutating func number(bytes count: Int) throws(ConversionError) -> UInt64 {
        let range = try take(count)
        return range.reversed().reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
    }

    /// A length of up to 8 bytes that the rest of the bytes can hold.
    mutating func length(bytes count: Int) throws(ConversionError) -> Int {
        let found = try number(bytes: count)
        guard let length = Int(exactly: found), length <= remaining else {
            throw malformed("a length of \(found) leaves it")
        }
        return length
    }

    /// The bytes up to a line feed, which is passed over and left out.
    mutating func line(limit: Int) throws(ConversionError) -> Range<Int> {
        let start = offset
        while true {
            let found = try byte()
            if found == 0x0A { return start..<offset - 1 }
            guard offset - start <= limit else {
                throw .overLimit(what: "bytes in a line", limit: limit)
            }
        }
    }

    /// The bytes of a range as an array; empty where the range leaves the file.
    func copy(_ range: Range<Int>) -> [UInt8] {
        Array(bytes[range.clamped(to: 0..<bytes.count)])
    }
}
