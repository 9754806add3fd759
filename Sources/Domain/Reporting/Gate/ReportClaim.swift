package import VigilCore

/// What a sentence says, as a value: the closed list of all that a draft can say.
package enum ReportClaim: Sendable, Hashable {
    case finding(FindingClaim)
    /// Of how many images the draft is made.
    case technique(images: Int)
    /// No earlier study was compared with.
    case noComparison
    /// No finding was flagged; of none is it said to be absent.
    case nothingFlagged
    /// Of so many of the findings that were asked for nothing is said.
    case unanswered(Int, of: Int)
    /// There is no draft, and why.
    case notDrafted(NotDrafted)

    /// Why there is no draft of a study.
    package enum NotDrafted: String, Sendable, Hashable, CaseIterable {
        case notAssessed
        /// The model abstained from every finding.
        case abstained
    }

    /// The polarity that a record tells of it; nil where it says nothing of findings.
    package var polarity: ReportPolarity? {
        switch self {
        case .finding(let claim): claim.statement.polarity
        case .technique, .noComparison, .nothingFlagged: nil
        case .unanswered, .notDrafted: .notAssessed
        }
    }

    /// The finding that it is about, if it is about one.
    package var finding: FindingClaim? {
        if case .finding(let claim) = self { claim } else { nil }
    }
}

/// What a sentence says of one finding.
package struct FindingClaim: Sendable, Hashable {
    /// What can be said of a finding.
    package enum Statement: Sendable, Hashable {
        /// It was flagged; nil: by a score that no calibration makes a probability of.
        case present(ProbabilityWord?)
        /// It was not flagged, under a calibration's guarantee.
        case absent
        /// It was not flagged, and nothing is promised of that.
        case notExcluded
        /// The score lies where the model does not know.
        case uncertain
        case notAssessed

        /// How probable it is, if that is said.
        var word: ProbabilityWord? {
            if case .present(let word) = self { word } else { nil }
        }

        /// The polarity that a record tells of it.
        package var polarity: ReportPolarity {
            switch self {
            case .present: .present
            case .absent: .absent
            case .notExcluded, .uncertain: .uncertain
            case .notAssessed: .notAssessed
            }
        }
    }

    /// The code of the triage table's row, or the record's own where that has none.
    package let code: String
    package let statement: Statement
    /// Told of what is present alone.
    package let side: ReportSide?

    package init(code: String, statement: Statement, side: ReportSide? = nil) {
        self.code = code
        self.statement = statement
        if case .present = statement { self.side = side } else { self.side = nil }
    }
}
