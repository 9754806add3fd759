/// How an energy value came about. Every value carries it; nothing falls back in silence.
package enum EnergyMethod: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// Read from the processor's own counters (Linux powercap, RAPL).
    case rapl
    /// Estimated from processor time and a stated power model.
    case model
    /// Not known.
    case none
}
