package import Energy
package import Settings
package import Telemetry
internal import VigilCore

extension ClockCap {
    /// Caps the clocks as set. Nil when nothing is to be capped, or when it cannot be done: that is
    /// a warning with its reason, for a worker at its full clock is a worker all the same.
    package static func apply(_ settings: Settings, telemetry: Telemetry) -> ClockCap? {
        let percent = settings.energyClockMax
        guard percent < 100 else { return nil }
        func warn(_ what: SafeText, _ remedy: SafeText) {
            telemetry.emit(
                SettingWarning(setting: "energy.clock-max-percent", what: what, remedy: remedy))
        }
        do throws(ClockError) {
            let cap = try ClockCap(settings.energyCpufreqRoot)
            if cap.wasCapped {
                warn(
                    "A clock was capped already, perhaps for a worker that was killed",
                    "If nobody wants that, write each cpuinfo_max_freq to its scaling_max_freq")
            }
            try cap.set(percent: percent)
            telemetry.emit(ClockCapped(percent: percent, policies: cap.count))
            return cap
        } catch {
            warn(error.what, error.remedy)
            return nil
        }
    }
}
