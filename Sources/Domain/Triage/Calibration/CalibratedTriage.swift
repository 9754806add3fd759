package import VigilCore

/// Answers by a site's calibrations. Pure: the time and what a study is come from the caller, who
/// writes them into the record.
package struct CalibratedTriage: Sendable, Hashable {
    /// What a worker knows of a study, by the names of a calibration's columns.
    package static let traits: Set<String> = ["site", "view", "modality"]

    /// Newest first.
    private let calibrations: [SignedCalibration]
    private let scorer: ScoringModel

    /// - Parameters:
    ///   - calibrations: in any order; of several that hold for a study the newest counts.
    ///   - scorer: what gives the scores.
    package init(_ calibrations: [SignedCalibration], scorer: ScoringModel) {
        self.calibrations = calibrations.sorted {
            ($1.file.validity.made, $1.digest.hex) < ($0.file.validity.made, $0.digest.hex)
        }
        self.scorer = scorer
    }

    /// What is said of a finding.
    ///
    /// - Parameters:
    ///   - head: whose score it is; nil: the model's own.
    ///   - traits: what the study is, by the names of ``traits``.
    ///   - time: when it is decided.
    ///   - alarms: those that stand. One against the calibration that would answer makes the answer
    ///     an abstention: an older one is no better known to hold.
    package func answer(
        code: String, head: String?, score: Float?, traits: [String: String], at time: Timestamp,
        under alarms: [Finding.Alarm] = []
    ) -> CalibratedAnswer {
        var nearest: (reason: Finding.Abstention, calibration: Digest)?
        for signed in calibrations {
            guard let finding = signed.file.finding(code, head) else { continue }
            if let refusal = signed.file.refusal(for: scorer, at: time) {
                nearest = nearest ?? (refusal.abstention, signed.digest)
            } else if let rule = signed.file.rule(of: finding, traits) {
                if alarms.contains(where: { $0.concerns(signed.digest, code: code, head: head) }) {
                    nearest = (.qualityAlarm, signed.digest)
                    break
                }
                return answer(to: score, by: rule, of: signed, code, head)
            } else {
                nearest = nearest ?? (.stratumUnknown, signed.digest)
            }
        }
        return CalibratedAnswer(
            answer: .abstained([nearest?.reason ?? .calibrationMissing]),
            calibration: nearest?.calibration, rule: nil, stratum: nil, promise: nil,
            probability: nil)
    }

    /// What is said of a finding by the rule that it was answered by before. Where none did then,
    /// the answer hung on no score, and stands.
    func answer(as told: Finding.Result, score: Float?) -> CalibratedAnswer {
        for signed in calibrations where signed.digest == told.calibrated?.digest {
            let rule = signed.file.finding(told.code, told.head)?.rules.first {
                signed.file.name(of: $0.stratum) == told.calibrated?.stratum
            }
            guard let rule else { continue }
            return answer(to: score, by: rule, of: signed, told.code, told.head)
        }
        return CalibratedAnswer(
            answer: told.answer, calibration: told.calibrated?.digest, rule: nil, stratum: nil,
            promise: nil, probability: nil)
    }

    private func answer(
        to score: Float?, by rule: StratumRule, of signed: SignedCalibration, _ code: String,
        _ head: String?
    ) -> CalibratedAnswer {
        CalibratedAnswer(
            answer: rule.answer(to: score), calibration: signed.digest, rule: rule,
            stratum: signed.file.name(of: rule.stratum), promise: signed.file.promise,
            probability: score.flatMap {
                signed.file.finding(code, head)?.map.probability(Double($0))
            })
    }

    /// Whether one by whose rules these answers were given is past its time.
    package func isOver(_ answered: [Finding.Result], at time: Timestamp) -> Bool {
        let asked = Set(
            answered.compactMap { $0.calibrated?.stratum == nil ? nil : $0.calibrated?.digest })
        return calibrations.contains {
            asked.contains($0.digest) && time >= $0.file.validity.expires
        }
    }

    /// The names of all.
    package var digests: [Digest] { calibrations.map(\.digest) }

    /// From which score on each finding is flagged, by each rule of each calibration.
    var thresholds: [(code: String, from: Double)] {
        calibrations.flatMap(\.file.findings).flatMap { finding in
            finding.rules.map { (code: finding.code, from: Double($0.flagging.from)) }
        }
    }

    /// The newest as findings tell of it; of several, each finding names its own.
    package var input: Finding.Input? {
        calibrations.first.map {
            Finding.Input(
                digest: $0.digest, validFrom: $0.file.validity.made,
                validUntil: $0.file.validity.expires)
        }
    }
}

extension CalibrationFile {
    fileprivate func finding(_ code: String, _ head: String?) -> CalibratedFinding? {
        findings.first { $0.code == code && $0.head == head }
    }

    /// The rule for a study; nil where studies like it were not calibrated with. A stratum that is
    /// listed and has no rule of its own has that of all studies.
    fileprivate func rule(
        of finding: CalibratedFinding, _ traits: [String: String]
    ) -> StratumRule? {
        // A file that does not tell sites apart is its own site's.
        if !columns.contains("site"), let other = traits["site"], other != site { return nil }
        guard !columns.isEmpty else { return finding.rules.first }
        let values = columns.compactMap { traits[$0] }
        guard values.count == columns.count,
            let stratum = strata.firstIndex(where: { $0.values == values })
        else { return nil }
        return finding.rules.first { $0.stratum == stratum } ?? finding.rules.first
    }
}

extension CalibrationRefusal {
    /// What a finding says where a calibration does not hold.
    fileprivate var abstention: Finding.Abstention {
        self == .expired || self == .notYet ? .calibrationExpired : .calibrationOfAnother
    }
}
