/// An amount of energy.
package struct Joules: Sendable, Hashable, Comparable, SafeToLog, AdditiveArithmetic {
    package var value: Double

    package init(_ value: Double) {
        self.value = value
    }

    package static let zero = Joules(0)
    package static func + (left: Joules, right: Joules) -> Joules {
        Joules(left.value + right.value)
    }
    package static func - (left: Joules, right: Joules) -> Joules {
        Joules(left.value - right.value)
    }
    package static func < (left: Joules, right: Joules) -> Bool { left.value < right.value }
    package var safeText: String { value.safeText }
}

/// How an energy value came about. Every value carries it; nothing falls back in silence.
package enum EnergyMethod: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// Read from the processor's own counters (Linux powercap, RAPL).
    case rapl
    /// Estimated from processor time and a stated power model.
    case model
    /// Not known.
    case none
}

/// Energy with the interval in which it is believed to lie.
package struct EnergyReading: Sendable, Hashable {
    package let joules: Joules
    /// The lower and the upper bound; for `rapl` the counter's resolution, for `model` the model's own error.
    package let low: Joules
    package let high: Joules
    package let method: EnergyMethod
    /// The powercap zones that were added up, such as `package-0`; empty unless measured.
    package let zones: [String]
    /// How long the reading spans.
    package let duration: Duration

    package init(
        joules: Joules, low: Joules, high: Joules, method: EnergyMethod, zones: [String],
        duration: Duration
    ) {
        self.joules = joules
        self.low = low
        self.high = high
        self.method = method
        self.zones = zones
        self.duration = duration
    }
}
