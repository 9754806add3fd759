package import VigilCore

/// Measures the energy between two points in time. Intervals may overlap; those that follow each
/// other sum to the interval that they make up. Thread-safe.
package protocol EnergyMeter: Sendable {
    /// How this meter comes to its values as long as nothing fails.
    var method: EnergyMethod { get }
    /// Why this method is used and what it assumes, in one sentence; for the start-up event.
    var basis: SafeText { get }
    /// How often ``refresh()`` should be called; nil when there is no need.
    var refreshPeriod: Duration? { get }
    /// Asks a slow source anew. May block.
    func refresh()
    /// Opens an interval.
    func begin() -> EnergyMark
    /// Closes an interval; the mark stays usable. What comes back is finite and not negative, with
    /// `low` ≤ `joules` ≤ `high`.
    func end(_ mark: EnergyMark) -> EnergyMeasurement
}

/// The start of an interval.
package struct EnergyMark: Sendable, Hashable {
    let time: MonotonicTime
    let own: Duration
    /// The part of `own` that the decoders took.
    let decoders: Duration
    let machine: MachineTimes?
    /// The clock over its highest, 0…1; nil when not known.
    let frequency: Double?
    /// Nil where there are no counters.
    let counters: CounterTotals?
    /// Resident memory, GiB; 0 when not known.
    let resident: Double
    /// By the meter's ``EnergyLedger``.
    var joules = 0.0
}

/// What an interval cost.
package struct EnergyMeasurement: Sendable, Hashable {
    /// The energy put down to this process and its decoders.
    package let reading: EnergyReading
    /// What the counters of the whole machine showed; nil unless measured.
    package let machine: Joules?
    /// This process's part of the machine's busy processor time, 0…1; nil when unknown.
    package let cpuShare: Double?
    /// Processor time of this process and its decoders.
    package let cpuTime: Duration
    /// The part of `cpuTime` that the decoders took.
    package let decoderTime: Duration
    /// The part of `reading` that went into memory, where it is known apart.
    package let memory: Joules?
    /// How this very value came about; differs from the meter's when a counter failed.
    package let basis: SafeText

    package init(
        reading: EnergyReading, machine: Joules?, cpuShare: Double?, cpuTime: Duration,
        decoderTime: Duration, memory: Joules?, basis: SafeText
    ) {
        self.reading = reading
        self.machine = machine
        self.cpuShare = cpuShare
        self.cpuTime = cpuTime
        self.decoderTime = decoderTime
        self.memory = memory
        self.basis = basis
    }
}

extension EnergyMeasurement {
    /// The part that some of the processor time bears.
    ///
    /// - Parameter processor: at most ``cpuTime``, or all is put down to it.
    package func part(of processor: Duration) -> EnergyReading {
        guard cpuTime > .zero else { return reading.scaled(by: 0) }
        return reading.scaled(by: min(1, max(0, processor / cpuTime)))
    }

    /// What the decoders did not take.
    package var engine: EnergyReading {
        guard cpuTime > .zero else { return reading }
        return reading.scaled(by: 1 - min(1, decoderTime / cpuTime))
    }
}

extension EnergyReading {
    fileprivate func scaled(by factor: Double) -> EnergyReading {
        EnergyReading(
            joules: Joules(joules.value * factor), low: Joules(low.value * factor),
            high: Joules(high.value * factor), method: method, zones: zones, duration: duration)
    }
}
