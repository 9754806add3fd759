/// How an energy value came about. Every value carries it; nothing falls back in silence.
package enum EnergyMethod: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// Read from the processor's own counters (Linux powercap, RAPL).
    case rapl
    /// Read from the processor's own counters through the kernel's perf events.
    case perf
    /// Added up from a power sensor of the machine (ACPI, BMC through Linux hwmon).
    case hwmon
    /// Added up from a plug's or power strip's readings over HTTP.
    case http
    /// Estimated from processor time and a stated power model.
    case model
    /// Not known.
    case none
}
