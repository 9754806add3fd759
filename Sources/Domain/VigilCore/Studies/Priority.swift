/// How soon a study must be read, as a person ordered it or as triage raised it
/// (FHIR `RequestPriority`, https://hl7.org/fhir/valueset-request-priority.html).
package enum Priority: String, Sendable, Hashable, CaseIterable, SafeToLog, Comparable {
    case stat
    case urgent
    case asap
    case routine

    /// 0 for `stat`, 3 for `routine`.
    package var rank: Int {
        switch self {
        case .stat: 0
        case .urgent: 1
        case .asap: 2
        case .routine: 3
        }
    }

    /// The less urgent is the greater, so that sorting puts the most urgent first.
    package static func < (left: Priority, right: Priority) -> Bool {
        left.rank < right.rank
    }
}
