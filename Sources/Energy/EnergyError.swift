package import VigilCore

/// Why energy cannot be measured as asked.
package enum EnergyError: VigilError, Hashable {
    /// What is in the way of the processor's counters.
    package enum Obstacle: String, SafeToLog, Hashable, CaseIterable {
        case noPowercap = "the kernel shows no powercap tree, as in most virtual machines"
        case noPackage = "the powercap tree has no package zone"
        case permission = "the powercap counters are not readable for this user"
        case unreadable = "the powercap counters cannot be read"
        case garbage = "a powercap counter holds no plausible number"
    }

    case noCounters(Obstacle)

    package var code: SafeText { "energy_no_counters" }

    package var what: SafeText {
        switch self {
        case .noCounters(let obstacle): "Energy cannot be measured: \(obstacle)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .noCounters(.permission):
            """
            Let the worker's group read energy_uj below /sys/class/powercap (mind CVE-2020-8694), \
            or set the energy method to auto or model
            """
        case .noCounters: "Set the energy method to auto or model"
        }
    }

    package var disposition: Disposition { .shutDown(.config) }
}
