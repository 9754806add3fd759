package import VigilCore

/// What is said of one finding of one study.
package enum CalibratedAnswer: Sendable, Hashable {
    case flagged
    case notFlagged
    /// Nothing may be concluded.
    case abstained(AbstentionReason)
}

/// Why nothing is said, in the words of finding records.
package enum AbstentionReason: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// There is no score, or it is no number of 0...1.
    case noUsableScore = "no_usable_score"
    /// The score lies between both thresholds, or below the upper one where the lower was refused.
    case uncertain
    /// No calibration speaks of the finding.
    case calibrationMissing = "calibration_missing"
    /// It is past its time, or before it.
    case calibrationExpired = "calibration_expired"
    /// It is of another model, preprocessing or other adapters.
    case calibrationOfAnother = "calibration_of_another"
    /// The study is of a site, view or other kind that was not calibrated with.
    case stratumUnknown = "stratum_unknown"
    /// Too few studies with the finding to say when it is not there.
    case tooFewPositives = "too_few_positives"
}

extension StratumRule {
    /// The answer to a score. Total: what is no number of 0...1 abstains, and a greater score is
    /// never answered less urgently.
    package func answer(to score: Float?) -> CalibratedAnswer {
        guard let score, (0...1).contains(score) else { return .abstained(.noUsableScore) }
        if score >= flagging.from { return .flagged }
        switch clearing {
        case .below(let threshold, _):
            return score < threshold ? .notFlagged : .abstained(.uncertain)
        case .refused(.tooFewPositives): return .abstained(.tooFewPositives)
        case .refused: return .abstained(.uncertain)
        }
    }
}
