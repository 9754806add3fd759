package import VigilCore
internal import Synchronization

/// The processor's own counters (RAPL) through Linux powercap.
///
/// Counters wrap, at full load within minutes to an hour: each wrap is seen if the source is read
/// more often, and wraps that may have been missed are told in ``CounterTotals/unseen``.
package final class PowercapCounters: EnergyCounters {
    package let method = EnergyMethod.rapl
    package var zones: [String] { tree.zones.map(\.label) }
    package var showsMemory: Bool { tree.zones.contains { $0.isMemory } }
    package let summary: SafeText
    /// A counter is updated about once a millisecond (Intel SDM volume 3, section 15.10).
    package let updatePeriod = 0.001
    package let refreshPeriod: Duration? = nil

    private let tree: PowercapTree
    private let clock: any VigilClock
    private let maximumWatts: Double
    private let state: Mutex<State>

    private struct State {
        /// The last value of each zone; nil after a failure, so that the gap is not counted.
        var last: [UInt64?]
        var time: MonotonicTime
        var totals = CounterTotals()
    }

    /// - Parameter maximumWatts: more than any one zone can take; decides whether a wrap may have
    ///   been missed and whether a value is beyond belief.
    package init(
        tree: PowercapTree, clock: any VigilClock,
        maximumWatts: Double = EnergyBounds.maximumWatts
    ) {
        self.tree = tree
        self.clock = clock
        self.maximumWatts = maximumWatts
        summary = "Powercap counters of \(tree.zones.count) zones"
        state = Mutex(
            State(last: tree.zones.map { tree.energy(of: $0) }, time: clock.monotonic()))
    }

    package func refresh() {}

    package func totals() -> CounterTotals {
        state.withLock { state in
            let now = clock.monotonic()
            let elapsed = max(0, (now - state.time).seconds)
            state.time = now
            for (index, zone) in tree.zones.enumerated() {
                let value = tree.energy(of: zone)
                add(value, since: state.last[index], of: zone, elapsed, to: &state.totals)
                state.last[index] = value
            }
            return state.totals
        }
    }

    private func add(
        _ value: UInt64?, since last: UInt64?, of zone: PowercapTree.Zone, _ elapsed: Double,
        to totals: inout CounterTotals
    ) {
        guard let value, let last else {
            totals.faults &+= 1
            return
        }
        let gained = value >= last ? value - last : zone.range - last + value
        guard
            EnergyBounds.isPlausible(
                microjoules: gained, seconds: elapsed, watts: maximumWatts)
        else {
            totals.faults &+= 1
            return
        }
        totals.all &+= gained
        if zone.isMemory { totals.memory &+= gained }
        totals.unseen &+= unseen(gained, of: zone, elapsed)
    }

    /// The microjoules of the wraps that may have gone unseen between two readings.
    private func unseen(_ gained: UInt64, of zone: PowercapTree.Zone, _ elapsed: Double) -> UInt64 {
        let most = maximumWatts * elapsed * 1e6 - Double(gained)
        let wraps = (most / Double(zone.range)).rounded(.down)
        guard wraps >= 1 else { return 0 }
        return UInt64(exactly: (wraps * Double(zone.range)).rounded()) ?? UInt64.max >> 8
    }
}
