package import VigilCore

/// Two models in a row: the small one runs on every study, and the large one on those that the
/// small one is not sure to be free of findings.
package struct ModelCascade: Sendable {
    /// What the cascade says: the large model's scores where that was asked, else the small one's.
    package let run: ModelRun
    /// From which probability of any finding on the large model is asked.
    package let threshold: Double
    /// Studies that both models ran on.
    package let studies: Int
    /// Of these, those that the large model was asked for.
    package let escalated: Int
    /// What they took, in joules: the large model alone on all, and the cascade; nil when one of
    /// the runs does not tell.
    package let joules: (large: Double, cascade: Double)?

    /// - Parameters:
    ///   - codes: the findings that decide; nil for all that the small model scores.
    ///   - joules: a study's energy by each model, where a run does not tell.
    package init(
        large: ModelRun, small: ModelRun, threshold: Double, codes: Set<String>? = nil,
        joules given: (large: Double, small: Double)? = nil
    ) {
        var run = large
        var (studies, escalated) = (0, 0)
        var spent: (large: Double, cascade: Double)? = (0, 0)
        for row in large.studies.indices {
            guard let whole = large.studies[row], let quick = small.studies[row] else {
                continue
            }
            studies += 1
            let decisive = quick.scores.filter { codes?.contains($0.key) ?? true }.values
            // A model that says nothing is not sure of anything.
            let isSure = !decisive.isEmpty && decisive.allSatisfy { $0 < threshold }
            if isSure { run.replace(row, with: quick) } else { escalated += 1 }
            guard let most = whole.joules ?? given?.large, let least = quick.joules ?? given?.small
            else {
                spent = nil
                continue
            }
            spent?.large += most
            spent?.cascade += least + (isSure ? 0 : most)
        }
        self.run = run
        self.threshold = threshold
        self.studies = studies
        self.escalated = escalated
        joules = studies > 0 ? spent : nil
    }

    /// The share of the studies that the large model was asked for; NaN without any.
    package var escalatedShare: Estimate {
        Estimate(
            value: Double(escalated) / Double(studies),
            interval: ProportionInterval.clopperPearson(
                hits: Double(escalated), of: Double(studies), confidence: 0.95))
    }

    /// The figures, to stand beside the areas under the curve.
    package var json: JSONValue {
        var object = JSONObject()
        object["threshold"] = .number(threshold)
        object["studies"] = .integer(Int64(studies))
        object["escalated"] = .integer(Int64(escalated))
        object["escalated_share"] = escalatedShare.json
        if let joules {
            object["joules_large"] = .number(joules.large)
            object["joules_cascade"] = .number(joules.cascade)
            object["joules_saved"] = .number(joules.large - joules.cascade)
            object["joules_saved_share"] =
                joules.large > 0 ? .number(1 - joules.cascade / joules.large) : .null
        }
        return .object(object)
    }
}
