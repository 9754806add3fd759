/// What became of a study, as an audit log tells of it: which event it came from, and the digests
/// of all that was published.
package struct AuditOutcome: Sendable, Hashable {
    /// What it was.
    package enum Kind: String, Sendable, Hashable, CaseIterable, SafeToLog {
        /// The first finding on a study.
        case finding
        /// A later one, or an order that changed.
        case revision
        /// It was said that the study is not assessed.
        case notAssessed = "not_assessed"
        /// What was said of the study holds no longer.
        case retraction
        /// What was said of the study was recalled by an operator.
        case recall
        /// A person's order was taken in; what it changed stands in records of orders.
        case order
        case deadLetter = "dead_letter"
        /// The record ended workers and is not tried again.
        case quarantine
        /// It is tried again later.
        case retry
        /// It waits for a cleaner hour.
        case deferral
        /// It went to the worker that owns its study.
        case forward
    }

    /// What became of it.
    package let kind: Kind
    /// Nil where the event does not tell it, or nobody could read it.
    package var study: Pseudonym?
    package var finding: UUIDv5?
    /// Nil where the study did not come in parts.
    package var revision: Int?
    /// Where the events stand that it answers.
    package var events: [RecordPosition]
    /// What was published of it.
    package var records: [AuditLeaf.Record]

    package init(
        _ kind: Kind, study: Pseudonym? = nil, finding: UUIDv5? = nil, revision: Int? = nil,
        events: [RecordPosition], records: [AuditLeaf.Record] = []
    ) {
        self.kind = kind
        self.study = study
        self.finding = finding
        self.revision = revision
        self.events = events
        self.records = records
    }

    /// The same in pieces that fit into a leaf each; the first has the events first.
    package var pieces: [AuditOutcome] {
        let size = AuditLeaf.itemsMax
        let count = max(1, (max(events.count, records.count) + size - 1) / size)
        return (0..<count).map { number in
            var piece = self
            piece.events = Array(events.dropFirst(number * size).prefix(size))
            piece.records = Array(records.dropFirst(number * size).prefix(size))
            return piece
        }
    }
}
