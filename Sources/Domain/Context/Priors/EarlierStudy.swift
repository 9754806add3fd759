package import VigilCore

/// What is kept of a finding so that a later study of its patient can be compared with it.
package struct EarlierStudy: Sendable, Hashable {
    /// Whose study it is.
    package let patient: Pseudonym
    /// Which record says it, and by what.
    package let record: Finding.Earlier
    /// In the order of the record.
    package let scores: [Finding.ImageScore]

    package init(patient: Pseudonym, record: Finding.Earlier, scores: [Finding.ImageScore]) {
        self.patient = patient
        self.record = record
        self.scores = scores
    }

    /// What becomes of a record.
    package enum Reading: Sendable, Hashable {
        /// It may be compared with.
        case study(EarlierStudy)
        /// Nothing was assessed, it was taken back, or it names no patient.
        case nothing
        /// It names two patients, or two times.
        case contradictory
    }

    /// What a record says that is a study's newest.
    ///
    /// - Parameter digest: the record's.
    package static func read(_ finding: Finding, digest: Digest) -> Reading {
        let (asked, context) = (finding.assessed?.prior?.asked, finding.decision.context)
        if let one = asked?.patient, let other = context?.patient, one != other {
            return .contradictory
        }
        if let one = asked?.time, let other = context?.time, one != other { return .contradictory }
        guard let patient = asked?.patient ?? context?.patient,
            let time = asked?.time ?? context?.time, let rules = finding.scoreRules
        else { return .nothing }
        return .study(
            EarlierStudy(
                patient: patient,
                record: Finding.Earlier(
                    study: finding.pseudonym, record: digest, time: time,
                    kind: asked?.kind ?? Finding.StudyKind(view: nil, modality: nil),
                    rules: rules),
                scores: finding.findings.map(\.ofImages)))
    }
}

extension Finding {
    /// By what its scores and answers came about; nil where none were.
    var scoreRules: ScoreRules? {
        guard let assessed else { return nil }
        let model = assessed.model
        let answered = assessed.findings.flatMap {
            [$0.calibrated?.digest.hex ?? "", $0.calibrated?.stratum ?? ""]
        }
        return ScoreRules(
            model: Self.digest(
                [model.digest.hex, model.precision, assessed.numericMode]
                    + [assessed.prompts?.hex ?? ""]
                    + model.adapters.map(\.digest.hex)),
            preprocessing: assessed.preprocessing,
            answers: Self.digest(
                [decision.policy?.digest.hex ?? "", decision.calibration?.digest.hex ?? ""]
                    + [decision.isUncalibrated ? "uncalibrated" : ""] + answered))
    }

    /// Over words, each with its length before it, so that no two lists run into one another.
    private static func digest(_ words: [String]) -> Digest {
        Digest(of: words.flatMap { Array("\($0.utf8.count):\($0)".utf8) })
    }
}

extension Finding.Result {
    /// What it says of the images alone.
    var ofImages: Finding.ImageScore {
        Finding.ImageScore(
            code: code, head: head, answer: answerOfImages,
            probability: probability.flatMap { $0.isFinite ? $0 : nil })
    }

    /// A raise never takes an answer back, so that what is not flagged with it is not without it.
    private var answerOfImages: Finding.ImageScore.Answer {
        switch answer {
        case .abstained: .abstained
        case .notFlagged: .notFlagged
        case .flagged:
            if fused == nil { .flagged } else { isOwn ? .flagged : .flaggedByContext }
        }
    }

    private var isOwn: Bool {
        guard let probability, let threshold else { return false }
        return probability >= threshold
    }
}
