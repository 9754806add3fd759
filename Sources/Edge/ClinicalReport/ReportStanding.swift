package import VigilCore

/// What a record of a finding means for what a hospital holds of it already.
package enum ReportStanding: Sendable, Hashable, CaseIterable {
    /// The first that is said.
    case first
    /// It stands instead of what was said before.
    case revised
    /// Nothing that was said holds.
    case withdrawn

    /// By the record's reasons and its number; what is withdrawn or recalled stays so whatever its
    /// number.
    package init(of finding: Finding) {
        let isTakenBack = finding.isWithdrawn || finding.isRecalled
        self = isTakenBack ? .withdrawn : (finding.revision?.number ?? 1) > 1 ? .revised : .first
    }
}
