package import VigilCore

/// Measures the energy between two points in time. Intervals may overlap. Thread-safe.
package protocol EnergyMeter: Sendable {
    /// How this meter comes to its values as long as nothing fails.
    var method: EnergyMethod { get }
    /// Why this method is used and what it assumes, in one sentence; for the start-up event.
    var basis: SafeText { get }
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
    let machine: MachineTimes?
    /// Nil where there are no counters.
    let counters: CounterTotals?
}

/// Sums of the machine's counters since the meter was made.
struct CounterTotals: Sendable, Hashable {
    /// Microjoules of all zones.
    var all: UInt64 = 0
    /// Microjoules of the memory's zones among them.
    var memory: UInt64 = 0
    /// Microjoules that may be missing, since a counter may have wrapped more than once unseen.
    var unseen: UInt64 = 0
    /// How often a reading failed. An interval in which this changes has no measured value.
    var faults: UInt64 = 0
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
    /// The part of `reading` that went into memory, where it is known apart.
    package let memory: Joules?
    /// How this very value came about; differs from the meter's when a counter failed.
    package let basis: SafeText

    package init(
        reading: EnergyReading, machine: Joules?, cpuShare: Double?, cpuTime: Duration,
        memory: Joules?, basis: SafeText
    ) {
        self.reading = reading
        self.machine = machine
        self.cpuShare = cpuShare
        self.cpuTime = cpuTime
        self.memory = memory
        self.basis = basis
    }
}
