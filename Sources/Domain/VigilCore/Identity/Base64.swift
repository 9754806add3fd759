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

    private static let digits = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The text of some bytes.
    package static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let missing = UInt32(3 - part.count)
            let group = part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * missing)
            for index in 0..<4 {
                let isPadding = index > part.count
                let digit = digits[Int(group >> (18 - 6 * UInt32(index)) & 63)]
                out.append(isPadding ? UInt8(ascii: "=") : digit)
            }
        }
        return String(decoding: out, as: UTF8.self)
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
