/// A number with its interval.
package struct Estimate: Sendable, Hashable {
    package let value: Double
    /// The lower end; nil when there are too few studies or resamplings for one.
    package let low: Double?
    package let high: Double?

    package init(value: Double, low: Double? = nil, high: Double? = nil) {
        self.value = value
        self.low = low
        self.high = high
    }

    /// The interval of the middle share of resampled values. Resamplings in which the number is
    /// undefined are left out; with fewer than half of them there is no interval.
    init(value: Double, resampled: [Double], confidence: Double) {
        let defined = resampled.filter(\.isFinite).sorted()
        let isEnough = value.isFinite && defined.count > 1 && 2 * defined.count >= resampled.count
        self.init(
            value: value,
            low: isEnough ? Self.quantile(defined, (1 - confidence) / 2) : nil,
            high: isEnough ? Self.quantile(defined, (1 + confidence) / 2) : nil)
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
