internal import VigilCore

/// Energy and carbon of the last hour, by the workers' records of their intervals, in buckets of a
/// minute. Pure.
struct EnergyHour {
    /// What a minute's intervals sum to.
    private struct Minute {
        var joules = 0.0
        var low = 0.0
        var high = 0.0
        var grams = 0.0
        var studies = 0
        /// Intervals of which nothing was measured, and of which no carbon is known.
        var unmeasured = 0
        var withoutCarbon = 0
    }

    private static let minutes: Int64 = 60
    private var buckets: [Int64: Minute] = [:]

    /// Takes a record; one of a study is part of an interval's.
    mutating func take(_ record: EnergyRecord) {
        guard case .interval(let interval) = record.subject else { return }
        let minute = interval.to.milliseconds / 60_000
        // A clock that runs ahead fills no more than its hour.
        if buckets[minute] == nil, buckets.count >= 4 * Int(Self.minutes),
            let first = buckets.keys.min()
        {
            guard first < minute else { return }
            buckets[first] = nil
        }
        var sum = buckets[minute] ?? Minute()
        sum.joules += record.reading.joules.value
        sum.low += record.reading.low.value
        sum.high += record.reading.high.value
        sum.grams += record.carbon?.grams ?? 0
        sum.studies += interval.studies
        if record.reading.method == .none { sum.unmeasured += 1 }
        if record.carbon == nil { sum.withoutCarbon += 1 }
        buckets[minute] = sum
    }

    /// The hour before a time; nil: no record is of it.
    func json(now: Timestamp) -> JSONValue? {
        let last = now.milliseconds / 60_000
        let hour = buckets.filter { ($0.key > last - Self.minutes) && $0.key <= last }.map(\.value)
        guard !hour.isEmpty else { return nil }
        func sum(_ part: (Minute) -> Double) -> JSONValue {
            .number(hour.reduce(0) { $0 + part($1) })
        }
        func count(_ part: (Minute) -> Int) -> JSONValue {
            .integer(Int64(hour.reduce(0) { $0 + part($1) }))
        }
        return [
            "joules": sum(\.joules), "low": sum(\.low), "high": sum(\.high),
            "grams": sum(\.grams), "studies": count(\.studies),
            "unmeasured": count(\.unmeasured), "without_carbon": count(\.withoutCarbon),
        ]
    }
}
