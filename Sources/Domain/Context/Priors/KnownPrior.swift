package import VigilCore

/// What is known of an earlier study of a patient when a study is decided, and what that says of
/// its findings. Pure.
package struct KnownPrior: Sendable {
    /// What is known.
    package enum Found: Sendable, Hashable {
        case study(EarlierStudy)
        /// No study was there before.
        case noneKnown
        /// What is kept does not tell whether one was.
        case notKept
        case unreadable
        case notRead
        /// Whose study it is cannot be told.
        case unclear
    }

    private let found: Found
    private let asked: Finding.PriorQuestion

    package init(_ found: Found, _ asked: Finding.PriorQuestion) {
        self.found = found
        self.asked = asked
    }

    /// What a finding says it was decided by: the same again.
    package init(told prior: Finding.Prior) {
        asked = prior.asked
        found =
            switch prior.state {
            case .compared: Self.study(of: prior).map { .study($0) } ?? .noneKnown
            case .noneKnown: .noneKnown
            case .notKept: .notKept
            case .unreadable: .unreadable
            case .notRead: .notRead
            case .patientUnclear: .unclear
            }
    }

    private static func study(of prior: Finding.Prior) -> EarlierStudy? {
        guard let earlier = prior.earlier, let patient = prior.asked.patient else { return nil }
        return EarlierStudy(
            patient: patient, record: earlier, scores: prior.changes.compactMap(\.before))
    }

    /// What a finding says of it, by what it says of its images.
    package func prior(of finding: Finding) -> Finding.Prior {
        guard case .study(let study) = found else {
            return Finding.Prior(state: state, asked: asked, earlier: nil, changes: [])
        }
        let doubt = doubt(of: finding, study)
        let changes = finding.findings.map { result in
            let now = result.ofImages
            let before = study.scores.first { $0.isSameFinding(as: now) }
            return PriorRule(spread: asked.spread).change(from: before, to: now, doubt)
        }
        return Finding.Prior(
            state: .compared, asked: asked, earlier: study.record, changes: changes)
    }

    private var state: Finding.Prior.State {
        switch found {
        case .study: .compared
        case .noneKnown: .noneKnown
        case .notKept: .notKept
        case .unreadable: .unreadable
        case .notRead: .notRead
        case .unclear: .patientUnclear
        }
    }

    /// Why nothing of the two is compared; nil where it may be.
    private func doubt(of finding: Finding, _ study: EarlierStudy) -> Finding.ScoreChange.Doubt? {
        guard let rules = finding.scoreRules else { return .notAsked }
        let before = study.record.rules
        if rules.model != before.model { return .otherModel }
        if rules.preprocessing != before.preprocessing { return .otherPreprocessing }
        if rules.answers != before.answers { return .otherAnswers }
        switch asked.kind.isSame(as: study.record.kind) {
        case true?: return nil
        case false?: return .otherView
        case nil: return .viewUnknown
        }
    }
}
