package import VigilCore

/// A model as a worker is about to run it, with what judges it.
package struct RunningModel: Sendable {
    /// For people.
    package let name: String
    package let scorer: ScoringModel
    package let precision: String
    package let policy: TriagePolicy
    /// Nil: the policy's thresholds answer.
    package let calibrations: CalibratedTriage?

    package init(
        name: String, scorer: ScoringModel, precision: String, policy: TriagePolicy,
        calibrations: CalibratedTriage?
    ) {
        self.name = name
        self.scorer = scorer
        self.precision = precision
        self.policy = policy
        self.calibrations = calibrations
    }

    /// From which score on each finding is flagged; of several rules each.
    package var thresholds: [(code: String, from: Double)] {
        calibrations?.thresholds
            ?? policy.operatingPoints.values.map { point in
                // Of a head the code is HEAD/CODE.
                let code = point.code.split(separator: "/").last ?? ""
                return (code: String(code), from: Double(point.threshold))
            }
    }
}

extension ChangeEnvelope {
    /// Why it does not hold here and now; nil: it does.
    ///
    /// - Parameter own: the site of `triage.site`; nil without.
    package func refusal(site own: String?, at time: Timestamp) -> EnvelopeRefusal? {
        if let site, site != own { return .otherSite }
        if time < validity.made { return .notYet }
        return time >= validity.expires ? .expired : nil
    }

    /// Why a model may not run; nil: it may. The first reason counts.
    package func refusal(of running: RunningModel) -> EnvelopeRefusal? {
        let same = models.filter { $0.scorer.model == running.scorer.model }
        guard !same.isEmpty else { return .otherModel }
        let read = same.filter { $0.scorer.preprocessing == running.scorer.preprocessing }
        guard !read.isEmpty else { return .otherPreprocessing }
        let adapted = read.filter { $0.scorer.adapters == running.scorer.adapters }
        guard !adapted.isEmpty else { return .otherAdapters }
        let fitting = adapted.filter { $0.precisions.contains(running.precision) }
        guard !fitting.isEmpty else { return .otherPrecision }
        let answering = running.calibrations?.digests ?? []
        let isCalibrated = fitting.contains { model in
            model.calibrations.map { known in
                !answering.isEmpty && answering.allSatisfy(known.contains)
            } ?? true
        }
        guard isCalibrated else { return .otherCalibration }
        guard policies?.contains(running.policy.digest) ?? true else { return .otherPolicy }
        let isWithin = running.thresholds.allSatisfy { code, from in
            thresholds.allSatisfy { $0.code != code || ($0.least...$0.most).contains(from) }
        }
        return isWithin ? nil : .otherThreshold
    }
}
