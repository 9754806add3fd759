package import VigilCore

/// Why triage cannot be set up. Scores never raise an error: they are flagged.
package enum TriageError: VigilError, Hashable {
    /// The policy file does not hold valid rules; the detail says where.
    case badPolicy(SafeText)

    package var code: SafeText { "triage_bad_policy" }

    package var what: SafeText {
        switch self {
        case .badPolicy(let detail): "The triage policy is wrong: \(detail)"
        }
    }

    package var remedy: SafeText {
        """
        Give version and operating_points, each with code, threshold between 0 and 1, and priority \
        (stat, urgent, asap or routine)
        """
    }

    package var disposition: Disposition { .shutDown(.config) }
}
