/// Reads the fields of a protocol-buffers message in order, within its bounds (the encoding's four
/// wire types).
public struct ProtobufReader<Bytes: RandomAccessCollection>
where Bytes.Element == UInt8, Bytes.Index == Int {
    @usableFromInline
    var reader: ByteReader<Bytes>

    /// - Parameter message: stands where the message begins, and ends where it ends.
    @inlinable
    public init(_ message: ByteReader<Bytes>) {
        reader = message
    }

    /// Where the next field begins, an index of the bytes.
    @inlinable
    public var offset: Int { reader.offset }

    /// The next field, nil at the end.
    @inlinable
    public mutating func next() throws(ByteFailure) -> ProtobufField? {
        guard !reader.isAtEnd else { return nil }
        let start = reader.offset
        let tag = try reader.varint()
        // The encoding's own bound: 29 bits.
        guard tag >> 3 > 0, tag >> 3 < 1 << 29 else {
            throw ByteFailure(.fieldNumber, at: reader.offset)
        }
        let content: ProtobufField.Content
        switch tag & 7 {
        case 0: content = .number(try reader.varint())
        case 1: content = .fixed(try reader.take(8))
        case 2:
            let found = try reader.varint()
            guard found <= UInt64(reader.remaining) else {
                throw ByteFailure(.length(found), at: reader.offset)
            }
            content = .bytes(try reader.take(Int(found)))
        case 5: content = .fixed(try reader.take(4))
        default: throw ByteFailure(.wireType(tag & 7), at: reader.offset)
        }
        return ProtobufField(number: Int(tag >> 3), content: content, start: start)
    }
}

/// One field of a protocol-buffers message.
public struct ProtobufField: Sendable, Hashable {
    /// A field's content, as the wire has it.
    public enum Content: Sendable, Hashable {
        /// A number of 7 bits a byte.
        case number(UInt64)
        /// A number of 4 or 8 bytes.
        case fixed(Range<Int>)
        /// Bytes, a text, numbers side by side or another message.
        case bytes(Range<Int>)
    }

    /// Its number in the message's description, 1 or more.
    public let number: Int
    /// What it holds.
    public let content: Content
    /// Where it begins, counted from the start of all bytes.
    public let start: Int

    public init(number: Int, content: Content, start: Int) {
        self.number = number
        self.content = content
        self.start = start
    }
}
