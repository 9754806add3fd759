package import VigilCore

/// Estimates energy by a stated ``PowerModel`` from processor time, clock, instruction mix and
/// resident memory.
package final class ModelMeter: EnergyMeter {
    /// What the values cover.
    static let zones = ["cpu-model", "memory-model"]

    package let method = EnergyMethod.model
    package let basis: SafeText
    package let refreshPeriod: Duration? = nil

    private let model: PowerModel
    private let clock: any VigilClock
    private let times: any ProcessorTimes
    private let files: any EnergyFiles
    private let ledger = EnergyLedger()

    /// - Parameter reason: why there is an estimate and no measurement; begins the ``basis``.
    package init(
        model: PowerModel, reason: SafeText, clock: any VigilClock, times: any ProcessorTimes,
        files: any EnergyFiles
    ) {
        self.model = model
        self.clock = clock
        self.times = times
        self.files = files
        basis = """
            \(reason). Estimate by \(model.source): \(Self.shown(model.processor)) for each busy \
            logical processor, \(Self.shown(model.idle)) for each idle one and \
            \(Self.shown(model.memory)) for each GiB resident
            """
    }

    /// A power with its bounds, to the milliwatt.
    private static func shown(_ power: PowerRange) -> SafeText {
        func watts(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
        return "\(watts(power.value)) W (\(watts(power.low)) to \(watts(power.high)))"
    }

    package func begin() -> EnergyMark {
        ledger.enter(sample()) { joules(MeteredSpan(from: $0, to: $1), isWhole: $2) }
    }

    package func end(_ mark: EnergyMark) -> EnergyMeasurement {
        let now = begin()
        return measurement(
            MeteredSpan(from: mark, to: now), joules: now.joules - mark.joules, basis: basis)
    }

    /// This moment, not in the ledger yet.
    func sample(counters: CounterTotals? = nil) -> EnergyMark {
        EnergyMark(
            time: clock.monotonic(), own: times.own(), decoders: times.decoders(),
            machine: times.machine(), frequency: frequency(), counters: counters,
            resident: residentGiB())
    }

    package func refresh() {}

    /// The first processor's clock over its highest, where the kernel shows it.
    private func frequency() -> Double? {
        guard model.followsClock else { return nil }
        let folder = "/sys/devices/system/cpu/cpu0/cpufreq"
        func hertz(_ name: String) -> Double? {
            (try? files.head(of: "\(folder)/\(name)")).flatMap { FileNumber.whole($0) }
                .map { Double($0) }
        }
        guard let now = hertz("scaling_cur_freq"), let most = hertz("cpuinfo_max_freq"), most > 0
        else { return nil }
        return min(1, now / most)
    }

    /// The estimate for a span, or the least of it that is certain before its step is over.
    func joules(_ span: MeteredSpan, isWhole: Bool) -> Double {
        joules(span, \.value, idleShare: span.part(isWhole: isWhole))
    }

    /// An estimate with its bounds.
    ///
    /// - Parameter joules: by a ledger.
    func measurement(_ span: MeteredSpan, joules value: Double, basis: SafeText)
        -> EnergyMeasurement
    {
        let low = joules(span, \.low, idleShare: span.capacityShare ?? 0)
        let high = joules(span, \.high, idleShare: 1)
        return EnergyMeasurement(
            reading: EnergyReading(
                joules: Joules(value), low: Joules(min(value, low)),
                high: Joules(max(value, high)), method: .model, zones: Self.zones,
                duration: span.duration),
            machine: nil, cpuShare: span.share, cpuTime: span.own, decoderTime: span.decoders,
            memory: Joules(min(value, model.memory.value * gibibyteSeconds(span))), basis: basis)
    }

    /// By one side of the model's bounds, with a part of all processors' idle watts.
    private func joules(
        _ span: MeteredSpan, _ bound: (PowerRange) -> Double, idleShare: Double
    ) -> Double {
        let decoders = span.decoders.seconds
        let engine = max(0, span.own.seconds - decoders)
        let capacity = span.machine?.total.seconds ?? span.own.seconds
        let idle = bound(model.idle)
        let busy = max(0, bound(model.processor) - idle) * bound(model.clock(span.frequency))
        return busy * (engine * bound(model.vector) + decoders) + idle * capacity * idleShare
            + bound(model.memory) * gibibyteSeconds(span)
    }

    private func gibibyteSeconds(_ span: MeteredSpan) -> Double {
        span.resident * span.duration.seconds
    }

    /// Resident memory by the second field of `/proc/self/statm` (proc(5)), in pages of 4 KiB; 0
    /// where that cannot be read.
    private func residentGiB() -> Double {
        guard let bytes = try? files.head(of: "/proc/self/statm") else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard fields.count >= 2, let pages = UInt32(fields[1]) else { return 0 }
        return Double(pages) * 4096 / 1_073_741_824
    }
}
