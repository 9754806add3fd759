import Triage

/// Codes of findings as drafts have them.
enum Codes {
    /// That of the triage table's row for a model's own.
    static func own(_ code: String) -> String { FindingTable.concept(of: code)?.code ?? code }
}
