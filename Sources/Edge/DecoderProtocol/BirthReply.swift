/// The nursery's answer: the decoder's process, or why there is none.
package struct BirthReply: Sendable, Equatable {
    /// Length of the encoded form in bytes.
    package static let encodedLength = 8
    private static let magic: UInt32 = 0x5042_4756  // "VGBP"

    /// The process, a child of the worker; or an errno, negative.
    package var process: Int32

    package init(process: Int32) {
        self.process = process
    }

    /// The bytes for the wire.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.put(Self.magic)
        writer.put(UInt32(bitPattern: process))
        return writer.bytes
    }

    /// Reads the encoded form; nil when it is another message.
    package init?(encoded bytes: [UInt8]) {
        guard bytes.count == Self.encodedLength else { return nil }
        var reader = ByteReader(bytes)
        guard reader.take(UInt32.self) == Self.magic else { return nil }
        process = Int32(bitPattern: reader.take(UInt32.self))
    }
}
