/// What terminologies call Vigil's findings: the site's table of codes, read by whoever starts.
package struct FindingCodes: Sendable, Equatable {
    /// Vigil's own names of findings, answers and observations, which every report has beside the
    /// codes of others.
    package static let ownSystem = "urn:vigil:code"

    private let rows: [String: [Coding]]

    /// - Parameter rows: codings by the finding's code; those of a finding in the order of the
    ///   table.
    package init(_ rows: [String: [Coding]] = [:]) {
        self.rows = rows
    }

    /// How many findings have codes.
    package var count: Int { rows.count }

    /// The codings of a finding: those of the table, then Vigil's own.
    package func codings(of code: String, label: String) -> [Coding] {
        (rows[code] ?? []) + [Self.own(code, label)]
    }

    /// One of Vigil's own codes.
    package static func own(_ code: String, _ display: String) -> Coding {
        Coding(system: ownSystem, code: code, display: display)
    }
}
