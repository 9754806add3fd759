/// The printable characters that stand for the 256 bytes in a byte-level vocabulary: printable
/// Latin-1 stands for itself, the rest for U+0100 onwards in order (GPT-2's table).
package enum ByteAlphabet {
    /// The character of each byte.
    package static let characters: [Unicode.Scalar] = {
        var table: [Unicode.Scalar] = []
        var next: UInt32 = 0x100
        for byte in UInt8.min...UInt8.max {
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF:
                table.append(Unicode.Scalar(byte))
            default:
                table.append(Unicode.Scalar(next) ?? "\u{FFFD}")
                next += 1
            }
        }
        return table
    }()

    /// The bytes of a text, each as its character.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(characters[Int(byte)]) }
        return String(text)
    }
}
