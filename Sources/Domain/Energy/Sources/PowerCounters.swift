internal import Synchronization
package import VigilCore

/// Counters made of power readings.
package final class PowerCounters: EnergyCounters {
    package var method: EnergyMethod { source.method }
    package var zones: [String] { [source.zone] }
    package let showsMemory = false
    package var summary: SafeText { source.summary }
    /// Sensors of boards and plugs are brought up to date about once a second.
    package let updatePeriod = 1.0
    package let refreshPeriod: Duration? = .seconds(1)

    private let source: any PowerSource
    private let clock: any VigilClock
    private let integral: Mutex<PowerIntegral>

    /// Takes a first reading, and so may block.
    package init(source: any PowerSource, clock: any VigilClock) {
        self.source = source
        self.clock = clock
        integral = Mutex(PowerIntegral(start: clock.monotonic()))
        refresh()
    }

    package func totals() -> CounterTotals {
        if !source.isSlow { refresh() }
        return integral.withLock { $0.totals(at: clock.monotonic()) }
    }

    package func refresh() {
        let watts = source.watts()
        integral.withLock { $0.add(watts: watts, at: clock.monotonic()) }
    }
}
