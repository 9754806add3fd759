/// Takes fixed-width little-endian fields from bytes whose total length was checked before.
struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next integer; zero past the end.
    mutating func take<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value {
        var value: Value = 0
        for index in 0..<(Value.bitWidth / 8) {
            value |= Value(truncatingIfNeeded: byte()) << Value(index * 8)
        }
        return value
    }

    mutating func takeDouble() -> Double { Double(bitPattern: take()) }

    /// Text up to the first zero of a field of fixed length.
    mutating func takeText(field length: Int) -> [UInt8] {
        let field = (0..<length).map { _ in byte() }
        return Array(field.prefix { $0 != 0 })
    }

    private mutating func byte() -> UInt8 {
        guard position < bytes.count else { return 0 }
        defer { position += 1 }
        return bytes[position]
    }
}
