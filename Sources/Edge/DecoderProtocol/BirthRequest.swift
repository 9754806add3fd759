/// What the worker asks of the nursery: a decoder on the socket whose descriptor comes beside these
/// bytes.
package struct BirthRequest: Sendable, Equatable {
    /// Length of the encoded form in bytes.
    package static let encodedLength = MarkedNumber.encodedLength
    private static let magic: UInt32 = 0x5242_4756  // "VGBR"

    /// The decoder's scheduling priority (setpriority(2)).
    package var niceness: Int32

    package init(niceness: Int32) {
        self.niceness = niceness
    }

    /// The bytes for the wire.
    package func encoded() -> [UInt8] {
        MarkedNumber.encode(niceness, mark: Self.magic)
    }

    /// Reads the encoded form; nil when it is another message.
    package init?(encoded bytes: [UInt8]) {
        guard let niceness = MarkedNumber.decode(bytes, mark: Self.magic) else { return nil }
        self.niceness = niceness
    }
}
