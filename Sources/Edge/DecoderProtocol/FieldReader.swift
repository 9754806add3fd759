internal import ByteReading

/// Takes fixed-width little-endian fields from bytes whose total length was checked before.
struct FieldReader {
    private var reader: ByteReader<[UInt8]>

    init(_ bytes: [UInt8]) {
        reader = ByteReader(bytes)
    }

    /// The next integer; zero past the end.
    mutating func take<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value {
        Value(truncatingIfNeeded: (try? reader.number(bytes: Value.bitWidth / 8)) ?? 0)
    }

    mutating func takeDouble() -> Double { Double(bitPattern: take()) }

    /// Text up to the first zero of a field of fixed length; empty past the end.
    mutating func takeText(field length: Int) -> [UInt8] {
        guard let field = try? reader.take(length) else { return [] }
        return Array(reader.bytes[field].prefix { $0 != 0 })
    }
}
