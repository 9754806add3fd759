/// A point on the wall clock, in whole microseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Sendable, Hashable, Comparable, SafeToLog, CustomStringConvertible {
    /// Microseconds since the Unix epoch.
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// From milliseconds, the unit of a Kafka record's timestamp. A producer may write any number:
    /// what RFC 3339 cannot tell becomes the start of the year 0 or the end of the year 9999, so
    /// that a difference of two times is never beyond 64 bits.
    package init(milliseconds: Int64) {
        let known = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
        microseconds = known * 1000
    }

    /// Milliseconds since the Unix epoch, rounded down.
    package var milliseconds: Int64 { microseconds >= 0 ? microseconds / 1000 : -1 }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// RFC 3339 in UTC with microseconds, such as `2026-11-24T04:17:58.000123Z`.
    package var description: String {
        let (days, rest) = microseconds.floorDivided(by: 86_400_000_000)
        let (year, month, day) = Self.civil(daysSinceEpoch: days)
        let (seconds, micros) = rest.floorDivided(by: 1_000_000)
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let (hours, minutes) = (padded(seconds / 3600, 2), padded(seconds / 60 % 60, 2))
        return "\(date)T\(hours):\(minutes):\(padded(seconds % 60, 2)).\(padded(micros, 6))Z"
    }

    package var safeText: String { description }

    /// This much later; earlier when negative.
    package func later(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(
            microseconds: microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }

    /// The proleptic Gregorian date of a day number
    /// (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
    private static func civil(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (daysSinceEpoch + 719_468).floorDivided(by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
