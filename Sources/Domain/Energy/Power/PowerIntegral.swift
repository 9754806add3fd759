package import VigilCore

/// Adds power readings up to energy. A reading holds until the next, so the sum never falls; by how
/// much the power changed in between is what the sum may be wrong by.
package struct PowerIntegral: Sendable {
    private var reading: (watts: Double, at: MonotonicTime)?
    private var time: MonotonicTime
    private var sums = CounterTotals()
    private var microjoules = 0.0
    private var unsure = 0.0
    private let maximumWatts: Double

    package init(start: MonotonicTime, maximumWatts: Double = EnergyBounds.maximumWatts) {
        time = start
        self.maximumWatts = maximumWatts
    }

    /// Takes a reading. Nil, and what is beyond belief, counts as a failure.
    package mutating func add(watts: Double?, at now: MonotonicTime) {
        advance(to: now)
        guard let watts, (0...maximumWatts).contains(watts) else {
            reading = nil
            sums.faults &+= 1
            return
        }
        if let last = reading {
            unsure += abs(watts - last.watts) * max(0, (now - last.at).seconds) * 1e6
            sums.unsure = UInt64(unsure)
        }
        reading = (watts, now)
    }

    /// The sums up to a moment.
    package mutating func totals(at now: MonotonicTime) -> CounterTotals {
        advance(to: now)
        return sums
    }

    /// Time that no reading covers, because there is none or it is too old, counts as a failure.
    private mutating func advance(to now: MonotonicTime) {
        let seconds = (now - time).seconds
        guard seconds > 0 else { return }
        time = now
        guard let reading, (now - reading.at).seconds <= EnergyBounds.powerHolds else {
            sums.faults &+= 1
            return
        }
        microjoules += reading.watts * seconds * 1e6
        sums.all = UInt64(microjoules)
    }
}
