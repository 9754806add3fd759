/// What a sentence of a draft says of a finding.
package enum ReportPolarity: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// It was flagged; how probable it is says the ``ProbabilityWord``.
    case present
    /// It is not there, under a calibration's bound of the share that is missed.
    case absent
    /// Neither is said.
    case uncertain
    case notAssessed = "not_assessed"
}

/// The side of the patient that a finding is on.
package enum ReportSide: String, Sendable, Hashable, CaseIterable, SafeToLog {
    case left
    case right
    case both
}

/// How probable a flagged finding is, in words: the declared scale. No word says that a finding is
/// there.
package enum ProbabilityWord: String, Sendable, Hashable, CaseIterable, SafeToLog {
    case lowSuspicion = "low_suspicion"
    case possible
    case probable
    case veryProbable = "very_probable"

    /// The least calibrated probability of the word; it reaches to that of the next, excluded.
    package var from: Double {
        switch self {
        case .lowSuspicion: 0
        case .possible: 0.2
        case .probable: 0.7
        case .veryProbable: 0.9
        }
    }

    /// The word of a calibrated probability; nil where that is none of 0…1.
    package init?(of probability: Double) {
        guard (0...1).contains(probability),
            let word = Self.allCases.last(where: { $0.from <= probability })
        else { return nil }
        self = word
    }
}

/// Where in the body a finding is, as drafts group them, in the order that they tell of them.
package enum ReportRegion: String, Sendable, Hashable, CaseIterable, SafeToLog {
    case lungs
    case pleura
    case mediastinum
    case abdomen
    case bones
    case head
    case devices
    case other
}
