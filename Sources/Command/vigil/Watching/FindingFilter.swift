import VigilCore

/// Which findings are shown.
struct FindingFilter {
    /// The least urgent that is shown; nil: all.
    let least: Priority?
    /// The code of a finding that must be flagged; nil: none must.
    let flagged: String?

    /// Whether a finding is shown.
    func takes(_ finding: Finding) -> Bool {
        if let least, finding.priority.effective > least { return false }
        guard let flagged else { return true }
        return finding.findings.contains { $0.answer == .flagged && $0.code == flagged }
    }
}
