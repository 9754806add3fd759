extension Timestamp {
    /// Reads RFC 3339, such as `2026-11-24T05:17:58.25+01:00`; digits past the microsecond are
    /// dropped and a leap second counts as the second after it. Nil when the text is something
    /// else.
    package init?(rfc3339 text: String) {
        var reader = DigitReader(bytes: Array(text.utf8))
        guard (20...64).contains(reader.bytes.count),
            let year = reader.number(4), reader.take("-"),
            let month = reader.number(2), (1...12).contains(month), reader.take("-"),
            let day = reader.number(2), day >= 1, day <= Self.days(inMonth: month, of: year),
            reader.take("T") || reader.take("t") || reader.take(" "),
            let hour = reader.number(2), hour <= 23, reader.take(":"),
            let minute = reader.number(2), minute <= 59, reader.take(":"),
            let second = reader.number(2), second <= 60,
            let fraction = reader.fraction(),
            let offset = reader.offsetMinutes(),
            reader.isAtEnd
        else { return nil }
        let days = Self.daysSinceEpoch(year: year, month: month, day: day)
        let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }

    private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        switch month {
        case 2: return isLeap ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    /// The day number of a proleptic Gregorian date
    /// (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

/// Walks over digits and separators.
private struct DigitReader {
    let bytes: [UInt8]
    private var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    mutating func take(_ separator: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: separator) else { return false }
        index += 1
        return true
    }

    private mutating func digit() -> Int64? {
        guard index < bytes.count, (0x30...0x39).contains(bytes[index]) else { return nil }
        index += 1
        return Int64(bytes[index - 1] - 0x30)
    }

    mutating func number(_ width: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<width {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// The digits after a point in microseconds; 0 without a point.
    mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        guard let first = digit() else { return nil }
        var unit: Int64 = 100_000
        var value = first * unit
        while let digit = digit() {
            unit /= 10
            value += digit * unit
        }
        return value
    }

    mutating func offsetMinutes() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hours = number(2), hours <= 23, take(":"),
            let minutes = number(2), minutes <= 59
        else { return nil }
        return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }
}
