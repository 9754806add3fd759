internal import VigilCore

/// The series of one metric. Not thread-safe: ``Metrics`` owns it behind its lock.
struct MetricFamily {
    /// One combination of label values.
    struct Series {
        let labels: [String]
        /// The counter's or gauge's value, or the sum of a histogram.
        var value = 0.0
        /// Observations in each bucket, not cumulative; the last is `+Inf`. Empty unless a
        /// histogram.
        var buckets: [UInt64] = []
    }

    let definition: MetricDefinition
    private(set) var series: [Series] = []
    private var index: [[String]: Int] = [:]

    init(_ definition: MetricDefinition) {
        self.definition = definition
        // A metric without labels is shown from the start, so that rates see its zero.
        showZero()
    }

    private mutating func showZero() {
        if definition.labels.isEmpty, !definition.isAbsentUntilKnown { _ = place(of: []) }
    }

    /// Adds to a counter or gauge. Returns true when the value went to `other`.
    mutating func add(_ amount: Double, _ labels: [String]) -> Bool {
        let (position, isOther) = place(of: labels)
        series[position].value += amount
        return isOther
    }

    /// Sets a gauge. Returns true when the value went to `other`.
    mutating func set(_ value: Double, _ labels: [String]) -> Bool {
        let (position, isOther) = place(of: labels)
        series[position].value = value
        return isOther
    }

    /// Counts an observation of a histogram. Returns true when it went to `other`.
    mutating func observe(_ value: Double, _ labels: [String]) -> Bool {
        guard case .histogram(let bounds) = definition.kind, !value.isNaN else { return false }
        let (position, isOther) = place(of: labels)
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        series[position].buckets[bucket] += 1
        series[position].value += value
        return isOther
    }

    /// Drops every series, as when partitions move to another worker.
    mutating func removeAll() {
        series.removeAll()
        index.removeAll()
        showZero()
    }

    private mutating func place(of given: [String]) -> (position: Int, isOther: Bool) {
        let labels = fitted(given)
        if let position = index[labels] { return (position, false) }
        if series.count < definition.seriesMax { return (insert(labels), false) }
        let other = [String](repeating: "other", count: definition.labels.count)
        return (index[other] ?? insert(other), true)
    }

    private mutating func insert(_ labels: [String]) -> Int {
        var new = Series(labels: labels)
        if case .histogram(let bounds) = definition.kind {
            new.buckets = [UInt64](repeating: 0, count: bounds.count + 1)
        }
        series.append(new)
        index[labels] = series.count - 1
        return series.count - 1
    }

    /// As many values as the metric has labels: a caller's mistake shows as `unknown`, not as a
    /// trap.
    private func fitted(_ given: [String]) -> [String] {
        let wanted = definition.labels.count
        if given.count == wanted { return given }
        return (0..<wanted).map { $0 < given.count ? given[$0] : "unknown" }
    }
}
