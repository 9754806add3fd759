package import VigilCore

/// Why processors' clocks cannot be capped.
package enum ClockError: VigilError, Hashable {
    /// The kernel shows no cpufreq policy.
    case missing
    /// This user may not write the cap.
    case permission
    /// A policy shows no plausible frequency.
    case garbage
    /// The kernel did not take the cap.
    case refused

    package var code: SafeText {
        switch self {
        case .missing: "clock_missing"
        case .permission: "clock_permission"
        case .garbage: "clock_garbage"
        case .refused: "clock_refused"
        }
    }

    package var what: SafeText {
        switch self {
        case .missing: "The kernel shows no cpufreq policy, as in most virtual machines"
        case .permission: "The processors' clocks may not be capped by this user"
        case .garbage: "A cpufreq policy shows no plausible frequency"
        case .refused: "The kernel did not take the cap on the processors' clocks"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .missing: "Set energy.clock-max-percent to 100, and engine.threads for headroom"
        case .permission:
            """
            Let the worker's group write scaling_max_freq: install Deploy/energy/vigil-clock.conf \
            as /etc/tmpfiles.d/vigil-clock.conf
            """
        case .garbage, .refused:
            "Set energy.clock-max-percent to 100, or cap the clocks with the machine's own tools"
        }
    }

    package var disposition: Disposition { .shutDown(.config) }

    init(_ fault: FileFault) {
        self =
            switch fault {
            case .missing: .missing
            case .permission: .permission
            case .other: .refused
            }
    }
}
