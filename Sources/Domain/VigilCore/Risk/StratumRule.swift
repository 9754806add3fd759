/// What is answered of one finding in one stratum, and on what that rests.
///
/// A score below ``Clearing/below(_:_:)`` is not flagged, one from ``Flagging/from`` on is flagged,
/// and between them nothing is said. Scores are the model's own, before any calibration of them,
/// and 32 bits wide, as the worker has them.
package struct StratumRule: Sendable, Hashable {
    /// From which score on "not flagged" may be said.
    package enum Clearing: Sendable, Hashable {
        /// Below this score, with the proof that no more than so many are missed.
        case below(Float, RiskProof)
        /// Never: what is not flagged abstains.
        case refused(RiskRefusal)
    }

    /// Who set the threshold for flagging.
    package enum FlagOrigin: String, Sendable, Hashable, CaseIterable {
        /// Triage's table, the site's policy or the head's file.
        case policy
        /// Whoever calibrated.
        case given
        /// Risk control, with a proof.
        case risk
    }

    /// From which score on a finding is flagged.
    package struct Flagging: Sendable, Hashable {
        package let from: Float
        package let by: FlagOrigin
        /// Of the share of false alarms; there just when risk control set it.
        package let proof: RiskProof?
        /// Why a promise that was asked for could not be made; an operating point flags then.
        package let refusal: RiskRefusal?

        package init(
            from: Float, by: FlagOrigin, proof: RiskProof? = nil, refusal: RiskRefusal? = nil
        ) {
            self.from = from
            self.by = by
            self.proof = proof
            self.refusal = refusal
        }
    }

    /// How studies of one class are answered.
    package struct Answers: Sendable, Hashable {
        package let flagged: Int
        package let notFlagged: Int
        package let abstained: Int

        package init(flagged: Int, notFlagged: Int, abstained: Int) {
            self.flagged = flagged
            self.notFlagged = notFlagged
            self.abstained = abstained
        }

        /// All of them.
        package var count: Int { flagged + notFlagged + abstained }
    }

    /// Which of the calibration's strata, from 0; nil: all studies together.
    package let stratum: Int?
    package let clearing: Clearing
    package let flagging: Flagging
    /// Of the studies with the finding that it was fitted on.
    package let positives: Answers
    /// Of those without it.
    package let negatives: Answers

    package init(
        stratum: Int?, clearing: Clearing, flagging: Flagging, positives: Answers,
        negatives: Answers
    ) {
        self.stratum = stratum
        self.clearing = clearing
        self.flagging = flagging
        self.positives = positives
        self.negatives = negatives
    }
}

extension StratumRule {
    /// The share of studies that get an answer.
    package var coverage: Double {
        let all = positives.count + negatives.count
        return all == 0 ? 0 : 1 - abstentionRate
    }

    /// The share of studies of which nothing is said.
    package var abstentionRate: Double {
        let all = positives.count + negatives.count
        return all == 0 ? 1 : Double(positives.abstained + negatives.abstained) / Double(all)
    }

    /// The share of studies with the finding that are not flagged: what the claim bounds.
    package var missed: Double { Self.share(positives.notFlagged, positives.count) }

    /// The same with those counted as missed of which nothing was said.
    package var missedOrAbstained: Double {
        Self.share(positives.notFlagged + positives.abstained, positives.count)
    }

    /// The same with those left out of which nothing was said.
    package var missedOfAnswered: Double {
        Self.share(positives.notFlagged, positives.count - positives.abstained)
    }

    private static func share(_ part: Int, _ all: Int) -> Double {
        all == 0 ? 0 : Double(part) / Double(all)
    }
}
