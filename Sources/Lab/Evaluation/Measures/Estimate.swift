/// A number with its interval, which is never of width zero: what studies that are all alike cannot
/// tell is undefined.
package struct Estimate: Sendable, Hashable {
    package let value: Double
    /// The lower end; nil when none was asked for or it is undefined.
    package let low: Double?
    package let high: Double?
    /// Whether an interval was asked for and cannot be told.
    package let isUndefined: Bool

    package init(value: Double, low: Double? = nil, high: Double? = nil) {
        self.value = value
        self.low = low
        self.high = high
        isUndefined = false
    }

    /// An interval that was asked for; it is widened to hold the value, and undefined when it is
    /// nil or has no width.
    init(value: Double, interval: ClosedRange<Double>?) {
        self.value = value
        var ends: ClosedRange<Double>?
        if let interval, value.isFinite {
            let held = min(interval.lowerBound, value)...max(interval.upperBound, value)
            ends = Self.hasWidth(held) ? held : nil
        }
        low = ends?.lowerBound
        high = ends?.upperBound
        isUndefined = ends == nil
    }

    /// Whether an interval is wider than what rounding leaves.
    static func hasWidth(_ interval: ClosedRange<Double>) -> Bool {
        let size = max(abs(interval.lowerBound), abs(interval.upperBound), 1e-3)
        return interval.upperBound - interval.lowerBound > 1e-9 * size
    }

    /// The interval of the middle share of resampled values. Resamplings in which the number is
    /// undefined are left out; with fewer than half of them there is no interval.
    static func percentiles(
        _ resampled: [Double], confidence: Double
    ) -> ClosedRange<Double>? {
        let defined = resampled.filter(\.isFinite).sorted()
        guard defined.count > 1, 2 * defined.count >= resampled.count else { return nil }
        return quantile(defined, (1 - confidence) / 2)...quantile(defined, (1 + confidence) / 2)
    }

    /// The quantile of sorted numbers, linear between two of them.
    static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        guard let last = sorted.last else { return .nan }
        let place = share * Double(sorted.count - 1)
        let index = Int(place)
        guard index + 1 < sorted.count else { return last }
        return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }
}
