internal import VigilCore

/// The processors' clocks are capped while the worker runs.
package struct ClockCapped: TelemetryEvent {
    /// Of the highest clock.
    package let percent: Int
    /// Groups of processors that share a clock.
    package let policies: Int

    /// All that the event says.
    package init(percent: Int, policies: Int) {
        self.percent = percent
        self.policies = policies
    }

    /// `clock_capped`
    package var name: StaticString { "clock_capped" }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("percent", percent), LogField("policies", policies)]
    }
}
