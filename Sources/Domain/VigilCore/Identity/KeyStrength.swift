/// Tells keys that are plainly not random: too short, filled up, counted or repeated. It cannot
/// tell that a key is good, only that one is bad.
package enum KeyStrength {
    /// Fewer bytes are too few.
    private static let bytesMin = 32
    /// Of 32 random bytes, fewer different values than this come up once in 10^20 keys; of 64
    /// hexadecimal digits once in 10^5, so text is held to less.
    private static let valuesMin = 16
    private static let digitsMin = 8

    /// What is wrong with a key, or nil.
    ///
    /// A last end of line is not counted where the rest is text, and of digits in hexadecimal the
    /// bytes that they stand for are looked at as well.
    package static func weakness(of key: [UInt8]) -> SafeText? {
        let isText = key.allSatisfy { (0x20..<0x7f).contains($0) || $0 == 0x0a || $0 == 0x0d }
        let core = isText ? key.filter { $0 > 0x20 } : key
        guard core.count >= bytesMin else { return "holds fewer than 32 bytes" }
        if isPatterned(core, valuesMin: isText ? digitsMin : valuesMin) { return patterned }
        if let bytes = decoded(core), isPatterned(bytes, valuesMin: min(valuesMin, bytes.count / 2))
        {
            return patterned
        }
        return nil
    }

    private static let patterned: SafeText = "is not random: its bytes repeat or count up"

    private static func isPatterned(_ bytes: [UInt8], valuesMin: Int) -> Bool {
        let steps = zip(bytes, bytes.dropFirst()).map { $1 &- $0 }
        return Set(bytes).count < valuesMin || Set(steps).count < valuesMin / 2
            || hasPeriod(bytes)
    }

    /// Whether the second half only says again what the first does.
    private static func hasPeriod(_ bytes: [UInt8]) -> Bool {
        (1...max(1, bytes.count / 2)).contains { period in
            bytes.indices.dropFirst(period).allSatisfy { bytes[$0] == bytes[$0 - period] }
        }
    }

    private static func decoded(_ text: [UInt8]) -> [UInt8]? {
        let digits = text.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(truncatingIfNeeded: digits[$0] << 4 | digits[$0 + 1])
        }
    }
}
