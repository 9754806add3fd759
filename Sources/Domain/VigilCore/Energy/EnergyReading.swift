/// Energy with the interval in which it is believed to lie.
package struct EnergyReading: Sendable, Hashable {
    package let joules: Joules
    /// The lower and the upper bound; for `rapl` the counter's resolution, for `model` the model's
    /// own error.
    package let low: Joules
    package let high: Joules
    package let method: EnergyMethod
    /// What was added up, such as `package-0` or `wall`; no zone holds another.
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
