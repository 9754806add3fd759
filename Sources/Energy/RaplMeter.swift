package import VigilCore
internal import Synchronization

/// Measures energy by the processor's own counters (RAPL through Linux powercap) and puts down to
/// this process its part by processor time.
///
/// The counters cover the whole machine. The value is the machine's energy × own time / busy time
/// of all processors; the lower bound leaves the idle processors' energy to nobody (own time / time
/// of all processors), the upper bound is the whole machine's. Counters wrap, at full load within
/// minutes to an hour: the meter sees each wrap if it is asked more often, and widens the upper
/// bound by the wraps that it may have missed. When a counter fails, the interval is estimated and
/// labelled so.
package final class RaplMeter: EnergyMeter {
    package let method = EnergyMethod.rapl
    package let basis: SafeText

    private let tree: PowercapTree
    private let clock: any VigilClock
    private let times: any ProcessorTimes
    private let fallback: ModelMeter
    private let maximumWatts: Double
    private let state: Mutex<State>

    /// A counter is updated about once a millisecond (Intel SDM volume 3, section 15.10).
    private static let updatePeriod = 0.001

    private struct State {
        /// The last value of each zone; nil after a failure, so that the gap is not counted.
        var last: [UInt64?]
        var time: MonotonicTime
        var totals = CounterTotals()
    }

    /// - Parameters:
    ///   - maximumWatts: more than any one zone can take; decides whether a wrap may have been
    ///   missed.
    ///   - fallback: estimates the intervals in which a counter failed.
    package init(
        tree: PowercapTree, clock: any VigilClock, times: any ProcessorTimes,
        fallback: ModelMeter, maximumWatts: Double = 1500
    ) {
        self.tree = tree
        self.clock = clock
        self.times = times
        self.fallback = fallback
        self.maximumWatts = maximumWatts
        basis = """
            Powercap counters of \(tree.zones.count) zones, shared out by processor time
            """
        state = Mutex(
            State(last: tree.zones.map { tree.energy(of: $0) }, time: clock.monotonic()))
    }

    package func begin() -> EnergyMark {
        let counters = sample()
        return EnergyMark(
            time: clock.monotonic(), own: times.own(), machine: times.machine(),
            counters: counters)
    }

    package func end(_ mark: EnergyMark) -> EnergyMeasurement {
        let now = begin()
        let span = Span(from: mark, to: now)
        guard let from = mark.counters, let to = now.counters, from.faults == to.faults else {
            return fallback.measure(
                span, basis: "A powercap counter failed during the interval. \(fallback.basis)")
        }
        return measure(span, from: from, to: to)
    }

    /// Adds up what the counters gained since they were last read.
    private func sample() -> CounterTotals {
        state.withLock { state in
            let now = clock.monotonic()
            let elapsed = max(0, (now - state.time).seconds)
            state.time = now
            for (index, zone) in tree.zones.enumerated() {
                guard let value = tree.energy(of: zone) else {
                    state.last[index] = nil
                    state.totals.faults &+= 1
                    continue
                }
                if let last = state.last[index] {
                    let gained = value >= last ? value - last : zone.range - last + value
                    state.totals.all &+= gained
                    if zone.isMemory { state.totals.memory &+= gained }
                    state.totals.unseen &+= unseen(gained, of: zone, elapsed)
                } else {
                    state.totals.faults &+= 1
                }
                state.last[index] = value
            }
            return state.totals
        }
    }

    /// The microjoules of the wraps that may have gone unseen between two readings.
    private func unseen(_ gained: UInt64, of zone: PowercapTree.Zone, _ elapsed: Double) -> UInt64 {
        let most = maximumWatts * elapsed * 1e6 - Double(gained)
        let wraps = (most / Double(zone.range)).rounded(.down)
        guard wraps >= 1 else { return 0 }
        return UInt64(exactly: (wraps * Double(zone.range)).rounded()) ?? UInt64.max >> 8
    }

    private func measure(
        _ span: Span, from: CounterTotals, to: CounterTotals
    ) -> EnergyMeasurement {
        let machine = Double(to.all &- from.all) * 1e-6
        let unseen = Double(to.unseen &- from.unseen) * 1e-6
        let share = span.share
        let attributed = machine * (share ?? 1)
        // Each end of the interval may lie one update away from the counter's value.
        let seconds = span.duration.seconds
        let slack = seconds > 0 ? min(1, 2 * Self.updatePeriod / seconds) * machine : machine
        let low = max(0, machine - slack) * (span.capacityShare ?? 0)
        return EnergyMeasurement(
            reading: EnergyReading(
                joules: Joules(attributed), low: Joules(min(low, attributed)),
                high: Joules(machine + slack + unseen), method: .rapl,
                zones: tree.zones.map(\.label), duration: span.duration),
            machine: Joules(machine), cpuShare: share, cpuTime: span.own,
            memory: tree.zones.contains { $0.isMemory }
                ? Joules(Double(to.memory &- from.memory) * 1e-6 * (share ?? 1)) : nil,
            basis: share == nil
                ? "\(basis); that of others is not known, so all is put down to this process"
                : basis)
    }
}
