internal import VigilCore

extension StratumRule {
    /// Reads a rule and holds it against its own counts.
    init(
        reader: CalibrationReader, promise: CalibrationFile.Promise, strata: Int
    ) throws(TriageError) {
        let stratum = reader.has("stratum") ? try reader.count("stratum") : nil
        guard stratum ?? -1 < strata else { throw reader.refused(.badOrder, "stratum") }
        self.init(
            stratum: stratum,
            clearing: try Clearing(reader: try reader.object("not_flagged")),
            flagging: try Flagging(reader: try reader.object("flagged")),
            positives: try Answers(reader: try reader.object("positives")),
            negatives: try Answers(reader: try reader.object("negatives")))
        try check(reader, promise)
    }

    private func check(
        _ reader: CalibrationReader, _ promise: CalibrationFile.Promise
    ) throws(TriageError) {
        if case .below(let threshold, let proof) = clearing {
            guard threshold <= flagging.from else {
                throw reader.refused(.thresholdsCrossed, "not_flagged")
            }
            try proof.check(
                reader, "not_flagged", count: positives.count, losses: positives.notFlagged,
                promise)
            guard coverage >= promise.coverageFloor else {
                throw reader.refused(.coverageBelowFloor, "coverage")
            }
        } else if positives.notFlagged + negatives.notFlagged > 0 {
            throw reader.refused(.inconsistent, "not_flagged")
        }
        guard (flagging.by == .risk) == (flagging.proof != nil),
            flagging.proof == nil || flagging.refusal == nil
        else { throw reader.refused(.inconsistent, "flagged") }
        try flagging.proof?.check(
            reader, "flagged", count: negatives.count, losses: negatives.flagged, promise)
    }
}

extension StratumRule.Clearing {
    fileprivate init(reader: CalibrationReader) throws(TriageError) {
        guard !reader.has("refused") else {
            self = .refused(try reader.refusal("refused"))
            return
        }
        self = .below(
            Float(try reader.number("below", in: 0...1)), try RiskProof(reader: reader, "fnr"))
    }
}

extension StratumRule.Flagging {
    fileprivate init(reader: CalibrationReader) throws(TriageError) {
        let names = StratumRule.FlagOrigin.allCases.map(\.rawValue)
        let by = StratumRule.FlagOrigin(rawValue: try reader.choice("by", of: names))
        let from = Float(try reader.number("from", in: 0...1))
        // A score of 0 must not flag: everything would be.
        guard from > 0 else { throw reader.refused(.badNumber, "from") }
        self.init(
            from: from, by: by ?? .policy,
            proof: reader.has("risk") ? try RiskProof(reader: reader, "fpr") : nil,
            refusal: reader.has("refused") ? try reader.refusal("refused") : nil)
    }
}

extension StratumRule.Answers {
    fileprivate init(reader: CalibrationReader) throws(TriageError) {
        self.init(
            flagged: try reader.count("flagged"), notFlagged: try reader.count("not_flagged"),
            abstained: try reader.count("abstained"))
    }
}

extension RiskProof {
    fileprivate init(reader: CalibrationReader, _ risk: String) throws(TriageError) {
        _ = try reader.choice("risk", of: [risk])
        let (alpha, delta) = (
            try reader.number("alpha", in: RiskClaim.alphas),
            try reader.number("delta", in: RiskClaim.deltas)
        )
        guard let claim = RiskClaim(alpha: alpha, delta: delta) else {
            throw reader.refused(.badNumber, "alpha")
        }
        self.init(
            claim: claim, count: try reader.count("studies"), losses: try reader.count("lost"))
    }

    fileprivate func check(
        _ reader: CalibrationReader, _ member: SafeText, count expected: Int,
        losses lost: Int, _ promise: CalibrationFile.Promise
    ) throws(TriageError) {
        guard count == expected, losses == lost else {
            throw reader.refused(.inconsistent, member)
        }
        guard count >= claim.leastCount else { throw reader.refused(.tooFewStudies, member) }
        guard stands, claim.delta <= promise.each else {
            throw reader.refused(.claimNotBorne, member)
        }
    }
}
