package import VigilCore

/// Why triage cannot be set up. Scores never raise an error: they are flagged.
package enum TriageError: VigilError, Hashable {
    /// A model, a prompt set or a head gives scores for findings that nobody knows.
    case unknownCodes(SafeText, place: SafeText, count: Int)
    /// A head of an earlier version states another priority than the table.
    case priorityOfHead(SafeText, says: Priority, table: Priority)

    package var code: SafeText {
        switch self {
        case .unknownCodes: "triage_unknown_codes"
        case .priorityOfHead: "triage_priority_of_head"
        }
    }

    package var what: SafeText {
        switch self {
        case .unknownCodes(let codes, let place, let count):
            "\(place) names \(count) of the findings that triage does not know: \(codes)"
        case .priorityOfHead(let name, let says, let table):
            """
            the file of the head asks for \(says) where \(name) is positive, and the triage table \
            for \(table)
            """
        }
    }

    package var remedy: SafeText {
        switch self {
        case .unknownCodes:
            "Use a code of the triage table, Sources/Domain/Triage/Table"
        case .priorityOfHead:
            "Fit the head anew with vigil tune, which writes no priorities"
        }
    }

    package var disposition: Disposition { .shutDown(.config) }
}
