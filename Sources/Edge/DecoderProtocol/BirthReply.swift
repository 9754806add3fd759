/// The nursery's answer: the decoder's process, or why there is none.
package struct BirthReply: Sendable, Equatable {
    /// Length of the encoded form in bytes.
    package static let encodedLength = MarkedNumber.encodedLength
    private static let magic: UInt32 = 0x5042_4756  // "VGBP"

    /// The process, a child of the worker; or an errno, negative.
    package var process: Int32

    package init(process: Int32) {
        self.process = process
    }

    /// The bytes for the wire.
    package func encoded() -> [UInt8] {
        MarkedNumber.encode(process, mark: Self.magic)
    }

    /// Reads the encoded form; nil when it is another message.
    package init?(encoded bytes: [UInt8]) {
        guard let process = MarkedNumber.decode(bytes, mark: Self.magic) else { return nil }
        self.process = process
    }
}
