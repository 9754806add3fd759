package import VigilCore

/// Why energy cannot be measured as asked.
package enum EnergyError: VigilError, Hashable {
    /// What is in the way of a source.
    package enum Obstacle: String, SafeToLog, Hashable, CaseIterable {
        case noPowercap = "the kernel shows no powercap tree, as in most virtual machines"
        case noPackage = "the powercap tree has no package zone"
        case noPlatform = "the powercap tree has no psys zone"
        case permission = "the powercap counters are not readable for this user"
        case unreadable = "the counters cannot be read"
        case garbage = "a counter holds no plausible number"
        case noPerf = "the kernel shows no power events to perf"
        case perfPermission = "perf power events are not allowed to this user"
        case noHwmon = "there is no such power sensor in hwmon"
        case hwmonPermission = "the power sensor is not readable for this user"
        case noURL = "no address of a plug is set"
        case noAnswer = "the plug gives no plausible power"
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
        case .noCounters(let obstacle): "\(Self.cure(obstacle)), or set energy.method to model"
        }
    }

    /// The first half of the remedy. Since CVE-2020-8694 (PLATYPUS) only root may read RAPL.
    private static func cure(_ obstacle: Obstacle) -> SafeText {
        switch obstacle {
        case .permission:
            """
            Let the worker's group read energy_uj, which only root may since CVE-2020-8694: \
            install Deploy/energy/vigil-powercap.conf as /etc/tmpfiles.d/vigil-powercap.conf and \
            add the worker to the group vigil-energy
            """
        case .perfPermission:
            "Give the worker CAP_PERFMON, or set kernel.perf_event_paranoid to 0 (CVE-2020-8694)"
        case .hwmonPermission:
            """
            Let the worker's group read the sensor, as Deploy/energy/vigil-powercap.conf does for \
            energy_uj
            """
        case .noHwmon: "Set energy.hwmon-name to a name in /sys/class/hwmon/hwmon*/name"
        case .noURL: "Set energy.http-url and energy.http-field"
        case .noAnswer: "Check energy.http-url and energy.http-field with curl"
        case .noPlatform: "Set energy.rapl-scope to processor"
        case .noPowercap, .noPackage, .unreadable, .garbage, .noPerf:
            "Run on a machine whose kernel shows the counters"
        }
    }

    package var disposition: Disposition { .shutDown(.config) }
}
