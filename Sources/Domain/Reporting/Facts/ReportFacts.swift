package import VigilCore

/// What a finding record says, as far as a draft may tell of it: the only thing that sentences are
/// written from and checked against.
package struct ReportFacts: Sendable, Hashable {
    /// What is known of one finding.
    package struct Fact: Sendable, Hashable {
        package let claim: FindingClaim
        package let box: EvidenceBox?
        /// The calibration that gave the answer.
        package let calibration: Finding.Calibrated?
        /// The members of the record that say it.
        package let sources: [ReportSource]
        let region: ReportRegion
        /// What it asks for; the more urgent stands first in the impression.
        let priority: Priority

        var isFlagged: Bool { claim.statement.polarity == .present }
    }

    /// Where in the body a finding is.
    package struct Location: Sendable, Hashable {
        package let side: ReportSide?
        package let box: EvidenceBox?

        package init(side: ReportSide?, box: EvidenceBox?) {
            self.side = side
            self.box = box
        }
    }

    /// One a finding, in the record's order; none of a study that is not drafted.
    package let findings: [Fact]
    /// How many images were assessed.
    package let images: Int
    /// Why there is no draft; nil: there is one.
    package let notDrafted: ReportClaim.NotDrafted?

    init(findings: [Fact], images: Int, notDrafted: ReportClaim.NotDrafted?) {
        self.findings = findings
        self.images = images
        self.notDrafted = notDrafted
    }

    /// What is known of a finding by its code.
    package func fact(of code: String) -> Fact? { findings.first { $0.claim.code == code } }

    /// The findings of which the record gives no answer.
    var unanswered: Int {
        findings.count { [.uncertain, .notAssessed].contains($0.claim.statement) }
    }

    var isAnyFlagged: Bool { findings.contains(where: \.isFlagged) }
}

/// A member of a finding record, as records name it: `findings[head/code].answer`.
package struct ReportSource: Sendable, Hashable, SafeToLog {
    /// Which member.
    package enum Field: String, Sendable, Hashable, CaseIterable, SafeToLog {
        case assessment
        case instances
        case findings
        case answer
        case probability = "calibrated_probability"
        case guarantee
        case evidence
        case decision
    }

    package let safeText: String

    /// A member of the whole record.
    fileprivate init(_ field: Field) { safeText = field.rawValue }

    /// A member of a finding, by the code and head that the record has it under; both are the
    /// operator's words.
    init(_ field: Field, of result: Finding.Result) {
        let name = result.head.map { "\($0)/\(result.code)" } ?? result.code
        safeText = "findings[\(name)].\(field.rawValue)"
    }
}

extension ReportClaim {
    /// The members of the record that say it of the study; none of a claim of one finding.
    var members: [ReportSource] {
        switch self {
        case .finding: []
        case .technique: [ReportSource(.instances)]
        case .noComparison: [ReportSource(.decision)]
        case .nothingFlagged, .unanswered, .notDrafted(.abstained): [ReportSource(.findings)]
        case .notDrafted(.notAssessed): [ReportSource(.assessment)]
        }
    }
}
