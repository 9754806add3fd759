package import VigilCore

/// How long an origin that gives no answers is left alone, so that decoders do not wait for it
/// while other studies could be read. Pure.
package struct OriginRest: Sendable {
    /// So many failures in a row begin it.
    private static let failuresMax = 2
    private static let shortest = Duration.seconds(1)
    private static let longest = Duration.seconds(30)

    private var failures = 0
    private var until: MonotonicTime?

    /// One that answers, as far as is known.
    package init() {}

    /// Whether it may be asked now. Whoever is told so first after a rest is the only one until the
    /// answer is known, or the next rest is over.
    package mutating func mayAsk(now: MonotonicTime) -> Bool {
        guard let until else { return true }
        guard now >= until else { return false }
        self.until = now + span
        return true
    }

    /// Whether it rests, and may not be asked.
    package var isResting: Bool { until != nil }

    /// What came of asking.
    package mutating func note(isInTrouble: Bool, now: MonotonicTime) {
        guard isInTrouble else {
            (failures, until) = (0, nil)
            return
        }
        failures += 1
        if failures >= Self.failuresMax { until = now + span }
    }

    /// Twice as long after each further failure.
    private var span: Duration {
        let doublings = min(max(failures - Self.failuresMax, 0), 5)
        return min(Self.shortest * (1 << doublings), Self.longest)
    }
}
