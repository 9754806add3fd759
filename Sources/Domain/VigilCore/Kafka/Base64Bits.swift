/// Bits as base64 text (RFC 4648 section 4, without padding), six to a digit, the first bit
/// highest.
enum Base64Bits {
    private static let digits = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// One digit for each six bits; the last digit is filled with zeros.
    static func encode(_ bits: [Bool]) -> String {
        let text = stride(from: 0, to: bits.count, by: 6).map { start in
            let value = (0..<6).reduce(0) { value, index in
                value << 1 | (start + index < bits.count && bits[start + index] ? 1 : 0)
            }
            return digits[value]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Six bits for each digit, or nil when a character is none.
    static func decode(_ text: some StringProtocol) -> [Bool]? {
        var bits: [Bool] = []
        for byte in text.utf8 {
            guard let value = digits.firstIndex(of: byte) else { return nil }
            bits.append(contentsOf: (0..<6).map { value >> (5 - $0) & 1 == 1 })
        }
        return bits
    }
}
