/// What the worker asks of the nursery: a decoder on the socket whose descriptor comes beside these
/// bytes.
package struct BirthRequest: Sendable, Equatable {
    /// Length of the encoded form in bytes.
    package static let encodedLength = 8
    private static let magic: UInt32 = 0x5242_4756  // "VGBR"

    /// The decoder's scheduling priority (setpriority(2)).
    package var niceness: Int32

    package init(niceness: Int32) {
        self.niceness = niceness
    }

    /// The bytes for the wire.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.put(Self.magic)
        writer.put(UInt32(bitPattern: niceness))
        return writer.bytes
    }

    /// Reads the encoded form; nil when it is another message.
    package init?(encoded bytes: [UInt8]) {
        guard bytes.count == Self.encodedLength else { return nil }
        var reader = ByteReader(bytes)
        guard reader.take(UInt32.self) == Self.magic else { return nil }
        niceness = Int32(bitPattern: reader.take(UInt32.self))
    }
}
