/// The stated model behind estimated energy: processor time × watts + resident memory × watts.
///
/// The defaults cover servers in general and say so by a wide interval; whoever knows the machine
/// sets its own figures.
package struct PowerModel: Sendable, Hashable {
    /// Watts of one busy logical processor: the best guess and its bounds.
    package var processor: PowerRange
    /// Watts of one GiB of memory.
    package var memory: PowerRange

    /// - Parameters:
    ///   - wattsPerProcessor: by default 4 W, and so 1.6…8 W. Whole servers at full load take 1.6
    ///   to
    ///     6.0 W a logical processor (Cloud Carbon Footprint's coefficients from SPECpower_ssj2008,
    ///     AMD Rome to Intel Haswell; Cascade Lake 3.8); a core of an Emerald Rapids has a thermal
    ///     design power of 5.5 W (350 W, 64 cores), more while others idle. A figure that the
    ///     operator sets keeps the width of the interval: the power still varies with the load.
    ///   - memory: by default 0.375 W a GiB in 0.1…0.5 W: CodeCarbon's 3 W for 8 GB.
    package init(
        wattsPerProcessor: Double = 4,
        memory: PowerRange = PowerRange(low: 0.1, value: 0.375, high: 0.5)
    ) {
        processor = PowerRange(
            low: 0.4 * wattsPerProcessor, value: wattsPerProcessor, high: 2 * wattsPerProcessor)
        self.memory = memory
    }
}

/// A power in watts with its bounds, `low` ≤ `value` ≤ `high`.
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
}
