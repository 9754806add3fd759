/// Base64 with padding (RFC 4648 section 4).
package enum Base64 {
    /// The bytes of a text, or nil when it is not base64.
    package static func decode(_ text: String) -> [UInt8]? {
        let digits = text.utf8
        guard digits.count.isMultiple(of: 4) else { return nil }
        let padding = text.hasSuffix("==") ? 2 : text.hasSuffix("=") ? 1 : 0
        var out: [UInt8] = []
        out.reserveCapacity(digits.count / 4 * 3)
        var group: UInt32 = 0
        var bits = 0
        for byte in digits.dropLast(padding) {
            guard let digit = digit(byte) else { return nil }
            group = (group << 6 | digit) & 0xfff
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(group >> UInt32(bits) & 0xff))
            }
        }
        guard group & (1 << UInt32(bits) - 1) == 0 else { return nil }
        return out
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5a: UInt32(byte - 0x41)
        case 0x61...0x7a: UInt32(byte - 0x61 + 26)
        case 0x30...0x39: UInt32(byte - 0x30 + 52)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
