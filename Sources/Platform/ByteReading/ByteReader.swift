/// Reads a part of bytes in order; nothing beyond its end, whatever the bytes say.
///
/// Bytes that the reader does not own have to outlive it. It is public and inlinable since that is
/// how a generic type gets code for each module's own kind of bytes.
public struct ByteReader<Bytes: RandomAccessCollection>
where Bytes.Element == UInt8, Bytes.Index == Int {
    /// All the bytes, of which a part is read.
    public let bytes: Bytes
    @usableFromInline
    var position: Int
    /// Where reading ends.
    public let end: Int

    /// Reads a range of bytes, clamped to them.
    @inlinable
    public init(_ bytes: Bytes, range: Range<Int>? = nil) {
        let whole = bytes.startIndex..<bytes.endIndex
        let part = (range ?? whole).clamped(to: whole)
        self.bytes = bytes
        position = part.lowerBound
        end = part.upperBound
    }

    /// Where the next byte is read, an index of ``bytes``.
    @inlinable
    public var offset: Int { position }

    /// Whether nothing is left.
    @inlinable
    public var isAtEnd: Bool { position >= end }

    /// Bytes that are left.
    @inlinable
    public var remaining: Int { end - position }

    /// The next byte.
    @inlinable
    public mutating func byte() throws(ByteFailure) -> UInt8 {
        guard position < end else { throw ByteFailure(.end, at: position) }
        defer { position += 1 }
        return bytes[position]
    }

    /// The range of the next `count` bytes, which are passed over.
    @inlinable
    public mutating func take(_ count: Int) throws(ByteFailure) -> Range<Int> {
        guard count >= 0, count <= remaining else { throw ByteFailure(.end, at: position) }
        defer { position += count }
        return position..<position + count
    }

    /// A little-endian number of up to 8 bytes.
    @inlinable
    public mutating func number(bytes count: Int) throws(ByteFailure) -> UInt64 {
        number(in: try take(count))
    }

    /// The little-endian number of a range of up to 8 bytes.
    @inlinable
    public func number(in range: Range<Int>) -> UInt64 {
        range.clamped(to: bytes.startIndex..<bytes.endIndex).reversed()
            .reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
    }

    /// A length of up to 8 bytes that the rest of the bytes can hold.
    @inlinable
    public mutating func length(bytes count: Int) throws(ByteFailure) -> Int {
        let found = try number(bytes: count)
        guard let length = Int(exactly: found), length <= remaining else {
            throw ByteFailure(.length(found), at: position)
        }
        return length
    }

    /// A number of 7 bits a byte, the least first.
    @inlinable
    public mutating func varint() throws(ByteFailure) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte = try byte()
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw ByteFailure(.endlessNumber, at: position)
    }
}
