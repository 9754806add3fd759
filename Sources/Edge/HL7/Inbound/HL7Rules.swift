package import VigilCore

/// What a site says of its messages: who its patients' numbers are from, and what its own codes
/// and units mean.
package struct HL7Rules: Sendable {
    /// A code and the table it is of, as OBX-3 names it.
    package struct Code: Sendable, Hashable {
        let code: String
        let table: String

        package init(code: String, table: String) {
            self.code = code
            self.table = table
        }
    }

    /// The assigning authority (PID-3.4, its name or its OID) whose numbers are taken; nil: the
    /// first number, whosever it is.
    package var authority: String?
    /// LOINC's code for a code of another table.
    package var codes: [Code: String] = [:]
    /// UCUM's unit for another spelling.
    package var units: [String: String] = [:]
    /// What an order's code stands for; nil: nothing that is known.
    package var priority: @Sendable (String) -> Priority?
    /// Whether anything of these codes' kind is used.
    package var isUsed: @Sendable ([ContextStatement.Coding]) -> Bool

    package init(
        authority: String?, priority: @escaping @Sendable (String) -> Priority?,
        isUsed: @escaping @Sendable ([ContextStatement.Coding]) -> Bool
    ) {
        self.authority = authority
        self.priority = priority
        self.isUsed = isUsed
    }
}
