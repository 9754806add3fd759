/// Appends fixed-width little-endian fields.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ value: some FixedWidthInteger) {
        var rest = value.littleEndian
        for _ in 0..<(type(of: value).bitWidth / 8) {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    mutating func put(_ value: Double) { put(value.bitPattern) }

    /// Writes ASCII text into a field of fixed length, filled up with zeros.
    mutating func put(_ text: [UInt8], field length: Int) {
        let kept = text.prefix(length)
        bytes.append(contentsOf: kept)
        bytes.append(contentsOf: repeatElement(0, count: length - kept.count))
    }
}
