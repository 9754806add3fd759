package import VigilCore

/// The findings table as triage obeys it.
package struct TriageRules: Sendable, Hashable {
    /// One finding.
    package struct Row: Sendable, Hashable {
        package let code: String
        /// The threshold in force, between 0 and 1.
        package let threshold: Float
        /// The priority in force.
        package let priority: Priority
    }

    /// Names the table.
    package let version = FindingTable.version

    /// The table as it is.
    package init() {}

    /// All rows, most urgent first.
    package var rows: [Row] { FindingTable.concepts.map(Row.init) }

    /// The row of what a model calls by this code; nil: nobody knows it.
    package func row(of code: String) -> Row? { FindingTable.concept(of: code).map(Row.init) }
}

extension TriageRules.Row {
    fileprivate init(_ concept: FindingConcept) {
        self.init(
            code: concept.code, threshold: concept.threshold, priority: concept.priority)
    }
}
