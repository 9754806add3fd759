/// Dates and times as text (PS3.5 section 6.2): whether they are any, and the same some days
/// earlier.
enum TimeShift {
    private static let zero = UInt8(ascii: "0")

    /// Each value of an attribute moved back; nil when one of them is none of its kind. Times of
    /// day stay as they are, of whatever day.
    static func moved(
        _ bytes: ArraySlice<UInt8>, kind: ValueKind, days: Int
    ) -> ArraySlice<UInt8>? {
        guard kind.isTime || kind == .shortString else { return nil }
        var values: [[UInt8]] = []
        for value in ValueText.values(bytes) {
            guard let moved = value.isEmpty ? [] : one(value, kind: kind, days: days) else {
                return nil
            }
            values.append(moved)
        }
        return ValueText.joined(values)
    }

    private static func one(_ value: ArraySlice<UInt8>, kind: ValueKind, days: Int) -> [UInt8]? {
        switch kind {
        case .date: return value.count == 8 ? date(value, days: days) : nil
        case .time: return isTime(value) ? Array(value) : nil
        case .dateTime:
            guard value.count >= 8, let date = date(value.prefix(8), days: days) else {
                return nil
            }
            let rest = value.dropFirst(8)
            let zone = rest.firstIndex { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
            let time = rest[..<(zone ?? rest.endIndex)]
            guard time.isEmpty || isTime(time), zone.map({ isZone(rest[$0...]) }) ?? true else {
                return nil
            }
            return date + rest
        case .shortString: return isZone(value) ? Array(value) : nil
        default: return nil
        }
    }

    private static func date(_ digits: ArraySlice<UInt8>, days: Int) -> [UInt8]? {
        guard let year = number(digits.prefix(4)),
            let month = number(digits.dropFirst(4).prefix(2)),
            let day = number(digits.dropFirst(6)), (1...12).contains(month),
            (1...31).contains(day), year > 1582
        else { return nil }
        let moved = civil(dayNumber(year, month, day) - days)
        return digitsOf(moved.year, 4) + digitsOf(moved.month, 2) + digitsOf(moved.day, 2)
    }

    /// A number of a day in the Gregorian calendar, counted from the first of March.
    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let years = month > 2 ? year : year - 1
        return dayNumber(ofYear: years) + ((month + 9) % 12 * 306 + 5) / 10 + day - 1
    }

    private static func dayNumber(ofYear year: Int) -> Int {
        365 * year + year / 4 - year / 100 + year / 400
    }

    private static func civil(_ number: Int) -> (year: Int, month: Int, day: Int) {
        var year = (10_000 * number + 14_780) / 3_652_425
        if dayNumber(ofYear: year) > number { year -= 1 }
        let rest = number - dayNumber(ofYear: year)
        let months = (100 * rest + 52) / 3060
        return (
            year + (months + 2) / 12, (months + 2) % 12 + 1, rest - (months * 306 + 5) / 10 + 1
        )
    }

    /// HH, HHMM or HHMMSS with up to six places behind a point.
    private static func isTime(_ value: ArraySlice<UInt8>) -> Bool {
        let parts = value.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let whole = parts.first, [2, 4, 6].contains(whole.count), parts.count <= 2,
            number(whole) != nil, (number(whole.prefix(2)) ?? 99) < 24
        else { return false }
        guard parts.count == 2 else { return true }
        return whole.count == 6 && (1...6).contains(parts[1].count) && number(parts[1]) != nil
    }

    private static func isZone(_ value: ArraySlice<UInt8>) -> Bool {
        guard let sign = value.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
        else { return false }
        return value.count == 5 && number(value.dropFirst()) != nil
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - zero) }
    }

    private static func digitsOf(_ number: Int, _ count: Int) -> [UInt8] {
        let text = String(max(0, number))
        return Array((String(repeating: "0", count: max(0, count - text.count)) + text).utf8)
    }
}
