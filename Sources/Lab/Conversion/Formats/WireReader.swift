internal import VigilCore

/// Reads the fields of a protocol-buffers message in order (the encoding's four wire types).
struct WireReader {
    /// A field's content.
    enum Content {
        case number(UInt64)
        case range(Range<Int>)
    }

    /// One field.
    struct Field {
        let number: Int
        let content: Content
        let error: ConversionError

        /// The bytes of a length-delimited or fixed field.
        func range() throws(ConversionError) -> Range<Int> {
            guard case .range(let range) = content else { throw error }
            return range
        }

        /// The number of a varint field.
        func integer() throws(ConversionError) -> UInt64 {
            guard case .number(let value) = content else { throw error }
            return value
        }
    }

    private var reader: ByteReader

    init(_ reader: ByteReader) {
        self.reader = reader
    }

    /// The next field, nil at the end.
    mutating func next() throws(ConversionError) -> Field? {
        guard !reader.isAtEnd else { return nil }
        let error = reader.malformed("a field has another type")
        let tag = try varint()
        guard let number = Int(exactly: tag >> 3), number > 0 else {
            throw reader.malformed("a field has no number")
        }
        let content: Content
        switch tag & 7 {
        case 0: content = .number(try varint())
        case 1: content = .range(try reader.take(8))
        case 2:
            let found = try varint()
            guard let length = Int(exactly: found) else {
                throw reader.malformed("a length of \(found) leaves it")
            }
            content = .range(try reader.take(length))
        case 5: content = .range(try reader.take(4))
        default: throw reader.malformed("a field has the wire type \(tag & 7)")
        }
        return Field(number: number, content: content, error: error)
    }

    /// A number of 7 bits a byte, the least first.
    mutating func varint() throws(ConversionError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte = try reader.byte()
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw reader.malformed("a number has more than 10 bytes")
    }

    /// The rest as numbers of 7 bits a byte: a packed field's content.
    mutating func varints() throws(ConversionError) -> [UInt64] {
        var values: [UInt64] = []
        while !reader.isAtEnd { values.append(try varint()) }
        return values
    }
}
