package import VigilCore

/// The stated model behind estimated energy, with the bounds of each of its parts:
///
/// busy processor time × (full − idle watts) × clock × instruction mix
/// + idle watts × all processors × time × this process's part of the busy time
/// + resident memory × watts × time
package struct PowerModel: Sendable, Hashable {
    /// Watts of one logical processor that is busy, its idle part included.
    package var processor: PowerRange
    /// Watts of one logical processor that is idle, with its part of the rest of the server.
    package var idle: PowerRange
    /// Watts of one GiB of memory.
    package var memory: PowerRange
    /// By what the model code's vector instructions raise the power above that of the load that
    /// `processor` was measured with.
    package var vector: PowerRange
    /// Whether the power of a busy processor follows its clock.
    package var followsClock: Bool
    /// Where the figures come from.
    package var source: SafeText

    /// 0.392 W a GB (Cloud Carbon Footprint: 0.000392 kWh a GB and hour, from the data sheets of
    /// Micron and Crucial); CodeCarbon takes 0.375 W (3 W for 8 GB). A module draws less when it is
    /// only refreshed.
    package static let usualMemory = PowerRange(low: 0.1, value: 0.392, high: 0.5)

    /// One figure for a busy processor, by whoever knows the machine.
    ///
    /// - Parameter wattsPerProcessor: its interval is 0.4…2 times the value, since power still
    ///   varies with load and clock.
    package init(wattsPerProcessor: Double, memory: PowerRange = usualMemory) {
        processor = PowerRange(
            low: 0.4 * wattsPerProcessor, value: wattsPerProcessor, high: 2 * wattsPerProcessor)
        idle = PowerRange(low: 0, value: 0, high: 0)
        vector = PowerRange(low: 1, value: 1, high: 1)
        self.memory = memory
        followsClock = false
        source = "the operator's figure"
    }

    /// The figures of a family of processors.
    ///
    /// The interval is a third to both sides: servers of one family differ by about that in
    /// SPECpower's results. That load is Java on integers; vector code holds a package at its power
    /// limit, which for Zen 3 is 2.19 W a logical processor (280 W, 128) and so 1.08 times the
    /// measured server.
    package init(family: ProcessorFamily, memory: PowerRange = usualMemory) {
        func range(_ watts: Double) -> PowerRange {
            PowerRange(low: watts * 2 / 3, value: watts, high: watts * 4 / 3)
        }
        processor = range(family.fullWatts)
        idle = range(family.idleWatts)
        vector = PowerRange(low: 1, value: 1.08, high: 1.3)
        self.memory = memory
        followsClock = true
        source = family.safeText
    }

    /// The figures of this machine's family of processors.
    package static func ofThisMachine(
        files: any EnergyFiles = SystemEnergyFiles()
    ) -> PowerModel {
        PowerModel(
            family: ProcessorFamily.find(
                cpuinfo: (try? files.head(of: "/proc/cpuinfo")) ?? []))
    }

    /// Watts of one logical processor that is busy with vector code, its idle part included: what a
    /// second of processor time costs in joules at the highest clock, whichever program spent it.
    package var vectorProcessor: PowerRange {
        func watts(_ bound: (PowerRange) -> Double) -> Double {
            bound(idle) + max(0, bound(processor) - bound(idle)) * bound(vector)
        }
        return PowerRange(low: watts(\.low), value: watts(\.value), high: watts(\.high))
    }

    /// By what the clock changes the power of a busy processor: with the square of its frequency,
    /// at least in proportion, at most with its cube, since voltage rises with frequency.
    ///
    /// - Parameter frequency: the clock over its highest; nil when not known.
    func clock(_ frequency: Double?) -> PowerRange {
        guard followsClock, let frequency, (0.05...1).contains(frequency) else {
            return PowerRange(low: 1, value: 1, high: 1)
        }
        return PowerRange(
            low: frequency * frequency * frequency, value: frequency * frequency, high: frequency)
    }
}

/// A value with its bounds, `low` ≤ `value` ≤ `high`; a power in watts, an energy or a factor.
package struct PowerRange: Sendable, Hashable {
    package let low: Double
    package let value: Double
    package let high: Double

    /// Bounds that are on the wrong side, negative or not finite are drawn to the value, and a
    /// value that is negative or not finite to 0.
    package init(low: Double, value: Double, high: Double) {
        let value = value.isFinite ? max(0, value) : 0
        self.value = value
        self.low = low.isFinite ? min(max(0, low), value) : value
        self.high = high.isFinite ? max(high, value) : value
    }

    /// The range times a factor: joules of a power over so many seconds.
    package func scaled(by factor: Double) -> PowerRange {
        PowerRange(low: low * factor, value: value * factor, high: high * factor)
    }
}
