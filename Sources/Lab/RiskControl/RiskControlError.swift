package import VigilCore

/// Why nothing could be calibrated.
package enum RiskControlError: VigilError, Hashable {
    /// A bound or a probability of error that cannot be promised.
    case claimOutside(alpha: Double, delta: Double)
    /// No finding may be called not flagged: of each, the promise was refused.
    case nothingStands(findings: Int, least: Int)

    package var code: SafeText {
        switch self {
        case .claimOutside: "risk_claim_outside"
        case .nothingStands: "risk_nothing_stands"
        }
    }

    package var what: SafeText {
        switch self {
        case .claimOutside(let alpha, let delta):
            "no promise can be made of a risk of \(alpha) but for a probability of \(delta)"
        case .nothingStands(let findings, let least):
            """
            of \(findings) findings none may be called not flagged: each has fewer than \(least) \
            studies with it, or leaves too many without an answer
            """
        }
    }

    package var remedy: SafeText {
        switch self {
        case .claimOutside:
            """
            Take a risk of 0.0001 to 0.5 and a delta of at most 0.5, and fewer labels or strata \
            for a joint promise
            """
        case .nothingStands:
            """
            Give more studies with the findings, allow a greater --risk, or take a lower \
            --coverage and see what it then says
            """
        }
    }

    package var disposition: Disposition {
        switch self {
        case .claimOutside: .shutDown(.usage)
        case .nothingStands: .shutDown(.dataError)
        }
    }
}
