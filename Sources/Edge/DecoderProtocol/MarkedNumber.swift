/// A number behind the mark of its message: what the nursery is asked and answers.
enum MarkedNumber {
    /// Length of the encoded form in bytes.
    static let encodedLength = 8

    /// The bytes for the wire.
    static func encode(_ number: Int32, mark: UInt32) -> [UInt8] {
        var writer = ByteWriter()
        writer.put(mark)
        writer.put(UInt32(bitPattern: number))
        return writer.bytes
    }

    /// Reads the encoded form; nil when it is another message.
    static func decode(_ bytes: [UInt8], mark: UInt32) -> Int32? {
        guard bytes.count == encodedLength else { return nil }
        var reader = FieldReader(bytes)
        guard reader.take(UInt32.self) == mark else { return nil }
        return Int32(bitPattern: reader.take(UInt32.self))
    }
}
