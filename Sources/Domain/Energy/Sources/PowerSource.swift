package import VigilCore

/// Shows the power that a machine takes now.
package protocol PowerSource: Sendable {
    /// How the readings come about.
    var method: EnergyMethod { get }
    /// What they cover.
    var zone: String { get }
    /// What is read, in a few words, to begin a sentence.
    var summary: SafeText { get }
    /// Whether asking may take longer than a few milliseconds, so that it is asked only by
    /// ``EnergyCounters/refresh()``.
    var isSlow: Bool { get }
    /// Watts now; nil when they cannot be had.
    func watts() -> Double?
}
