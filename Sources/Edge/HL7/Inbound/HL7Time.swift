package import VigilCore

/// A time of a message (TS, DTM) to the minute or finer, such as `202611291845+0100`.
package struct HL7Time: Sendable, Hashable {
    /// What the clock showed, as if it were in UTC.
    package let clock: Timestamp
    /// Minutes by which that clock is ahead of UTC; nil: not said.
    package let offset: Int?

    /// Nil for what is none, and for a day without a time.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let end = bytes.firstIndex { $0 == 0x2b || $0 == 0x2d } ?? bytes.count
        let parts = bytes[..<end].split(separator: 0x2e, omittingEmptySubsequences: false)
        guard let digits = parts.first.map(Array.init), [12, 14].contains(digits.count),
            parts.count <= 2, (parts + [digits[...]]).allSatisfy(Self.isNumber)
        else { return nil }
        let fraction = parts.count == 2 ? "." + String(decoding: parts[1], as: UTF8.self) : ""
        let ends = [0, 4, 6, 8, 10, 12]
        let fields = zip(ends, ends.dropFirst()).map {
            String(decoding: digits[$0..<$1], as: UTF8.self)
        }
        let seconds = digits.count == 14 ? String(decoding: digits[12...], as: UTF8.self) : "00"
        let told =
            "\(fields[0])-\(fields[1])-\(fields[2])T\(fields[3]):\(fields[4]):\(seconds)"
        guard let clock = Timestamp(rfc3339: "\(told)\(fraction)Z") else { return nil }
        self.clock = clock
        guard end < bytes.count else {
            offset = nil
            return
        }
        guard let minutes = Self.offset(bytes[end...]) else { return nil }
        offset = minutes
    }

    /// The moment, where the clock is so many minutes ahead of UTC.
    package func moment(offset: Int) -> Timestamp {
        clock.later(by: .seconds(-60 * offset))
    }

    /// Minutes of `+ZZZZ`, with or without a colon.
    package static func offset(_ text: ArraySlice<UInt8>) -> Int? {
        let digits = text.dropFirst().filter { $0 != 0x3a }
        guard let sign = text.first, sign == 0x2b || sign == 0x2d, digits.count == 4,
            isNumber(digits[...]), let number = Int(String(decoding: digits, as: UTF8.self)),
            number / 100 <= 14, number % 100 < 60
        else { return nil }
        return (sign == 0x2b ? 1 : -1) * (number / 100 * 60 + number % 100)
    }

    private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
        (1...14).contains(bytes.count) && bytes.allSatisfy { (0x30...0x39).contains($0) }
    }
}
