internal import VigilCore

/// Reads the fields of a protocol buffers message, within its bounds.
struct ProtobufReader {
    /// The value of a field as the wire has it.
    enum Value {
        case varint(UInt64)
        case fixed32(UInt32)
        case fixed64(UInt64)
        /// Bytes, a text or another message.
        case bytes(ArraySlice<UInt8>)

        /// A whole number that is 0 or more and fits.
        var integer: Int? {
            guard case .varint(let value) = self else { return nil }
            return Int(exactly: value)
        }

        var isTrue: Bool? {
            guard case .varint(let value) = self else { return nil }
            return value != 0
        }

        var float: Float? {
            guard case .fixed32(let bits) = self else { return nil }
            return Float(bitPattern: bits)
        }

        var bytes: ArraySlice<UInt8>? {
            guard case .bytes(let bytes) = self else { return nil }
            return bytes
        }
    }

    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private let file: SafeText

    init(_ bytes: ArraySlice<UInt8>, file: SafeText) {
        self.bytes = bytes
        self.file = file
        position = bytes.startIndex
    }

    /// The error for what stands here.
    func bad(_ reason: SafeText) -> TokenizersError {
        .badFile(file: file, reason: "\(reason), near byte \(position)")
    }

    /// The next field, nil at the end.
    mutating func next() throws(TokenizersError) -> (field: Int, value: Value)? {
        guard position < bytes.endIndex else { return nil }
        let tag = try varint()
        guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw bad("a field has no valid number") }
        let field = Int(tag >> 3)
        switch tag & 7 {
        case 0: return (field, .varint(try varint()))
        case 1: return (field, .fixed64(try little(8)))
        case 2:
            let count = try varint()
            guard count <= UInt64(bytes.endIndex - position) else {
                throw bad("a field of \(count) bytes is cut off")
            }
            let part = bytes[position..<position + Int(count)]
            position = part.endIndex
            return (field, .bytes(part))
        case 5: return (field, .fixed32(UInt32(truncatingIfNeeded: try little(4))))
        default: throw bad("a field has an unknown wire type")
        }
    }

    private mutating func byte() throws(TokenizersError) -> UInt8 {
        guard position < bytes.endIndex else { throw bad("the file is cut off") }
        position += 1
        return bytes[position - 1]
    }

    private mutating func varint() throws(TokenizersError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte = try byte()
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        throw bad("a number is too long")
    }

    private mutating func little(_ count: Int) throws(TokenizersError) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(try byte()) << UInt64(8 * index) }
        return value
    }
}
