package import StudyHeaders
package import VigilCore

/// A finding with all that a report to a hospital says of it: whose it is, when it was said, what
/// the hospital calls it. The same report gives the same message, byte for byte.
package struct FindingReport: Sendable {
    package let finding: Finding
    package let header: StudyHeader
    /// When the record was published.
    package let published: Timestamp
    package let codes: FindingCodes
    /// The SOP instance UIDs of those of the finding's instances that are known.
    package let instanceUIDs: [Pseudonym: PatientText]

    package init(
        finding: Finding, header: StudyHeader, published: Timestamp, codes: FindingCodes,
        instanceUIDs: [Pseudonym: PatientText] = [:]
    ) {
        self.finding = finding
        self.header = header
        self.published = published
        self.codes = codes
        self.instanceUIDs = instanceUIDs
    }

    /// What the record means for what was said before.
    package var standing: ReportStanding { ReportStanding(of: finding) }

    /// When the finding was decided; when it was published, where the record does not say.
    package var decided: Timestamp { finding.decision.decidedAt ?? published }

    /// Which record of its study this is, from 1.
    package var number: Int { finding.revision?.number ?? 1 }

    /// The codings of a result.
    package func codings(of result: Finding.Result) -> [Coding] {
        codes.codings(of: result.code, label: result.label)
    }

    /// Why nothing is said, in one line; the reasons for the priority where something is.
    package var reasons: String {
        finding.reasons.map(\.text).joined(separator: "; ")
    }
}
