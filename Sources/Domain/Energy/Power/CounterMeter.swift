package import VigilCore

/// Measures energy by counters of the whole machine and puts down to this process its part by
/// processor time.
///
/// The value is the machine's energy × own time / busy time of all processors; the lower bound
/// leaves the idle processors' energy to nobody (own time / time of all processors), the upper
/// bound is the whole machine's, both widened by what the source cannot know. When a source fails
/// or shows what is beyond belief, the interval is estimated and labelled so.
package final class CounterMeter: EnergyMeter {
    package var method: EnergyMethod { counters.method }
    package let basis: SafeText
    package var refreshPeriod: Duration? { counters.refreshPeriod }

    private let counters: any EnergyCounters
    private let fallback: ModelMeter
    private let ledger = EnergyLedger()

    /// - Parameters:
    ///   - passedOver: why better sources are not used; nothing when there are none.
    ///   - fallback: estimates the intervals in which the source failed.
    package init(
        counters: any EnergyCounters, passedOver: SafeText = "", fallback: ModelMeter
    ) {
        self.counters = counters
        self.fallback = fallback
        let sentence: SafeText = "\(counters.summary), shared out by processor time"
        basis = passedOver.text.isEmpty ? sentence : "\(sentence). \(passedOver)"
    }

    package func begin() -> EnergyMark {
        ledger.enter(fallback.sample(counters: counters.totals())) {
            joules(from: $0, to: $1, isWhole: $2)
        }
    }

    package func end(_ mark: EnergyMark) -> EnergyMeasurement {
        let now = begin()
        let span = MeteredSpan(from: mark, to: now)
        let joules = now.joules - mark.joules
        guard let from = mark.counters, let to = now.counters, from.faults == to.faults else {
            return fallback.measurement(
                span, joules: joules,
                basis: "The energy source failed during the interval. \(fallback.basis)")
        }
        return measurement(span, joules: joules, from: from, to: to)
    }

    package func refresh() { counters.refresh() }

    /// This process's joules between two marks.
    private func joules(from: EnergyMark, to: EnergyMark, isWhole: Bool) -> Double {
        let span = MeteredSpan(from: from, to: to)
        guard let before = from.counters, let after = to.counters, before.faults == after.faults
        else { return fallback.joules(span, isWhole: isWhole) }
        return Double(after.all &- before.all) * 1e-6 * (span.share ?? 1)
    }

    private func measurement(
        _ span: MeteredSpan, joules: Double, from: CounterTotals, to: CounterTotals
    ) -> EnergyMeasurement {
        let machine = Double(to.all &- from.all) * 1e-6
        let unseen = Double(to.unseen &- from.unseen) * 1e-6
        let share = span.share
        // Each end of the interval may lie one update away from the counter's value.
        let seconds = span.duration.seconds
        let edges = seconds > 0 ? min(1, 2 * counters.updatePeriod / seconds) * machine : machine
        let slack = edges + Double(to.unsure &- from.unsure) * 1e-6
        let low = max(0, machine - slack) * (span.capacityShare ?? 0)
        return EnergyMeasurement(
            reading: EnergyReading(
                joules: Joules(joules), low: Joules(min(low, joules)),
                high: Joules(max(joules, machine + slack + unseen)), method: counters.method,
                zones: counters.zones, duration: span.duration),
            machine: Joules(machine), cpuShare: share, cpuTime: span.own,
            decoderTime: span.decoders,
            memory: counters.showsMemory
                ? Joules(Double(to.memory &- from.memory) * 1e-6 * (share ?? 1)) : nil,
            basis: share == nil
                ? "\(basis); that of others is not known, so all is put down to this process"
                : basis)
    }
}
