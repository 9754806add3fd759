package import VigilCore

/// What is said when a study was withdrawn: nothing that was said of it holds any longer.
package struct StudyRetraction: Sendable, Hashable {
    package let study: Pseudonym
    /// The event that withdrew it.
    package let cause: EventIdentity
    /// As ``FindingRecord/Revision/number``.
    package let number: Int
    /// The finding that is taken back; nil when there was none.
    package let finding: UUIDv5?
    package let traceparent: String?
    package let tracestate: String?

    package init(
        study: Pseudonym, cause: EventIdentity, number: Int, finding: UUIDv5?,
        traceparent: String?, tracestate: String? = nil
    ) {
        self.study = study
        self.cause = cause
        self.number = number
        self.finding = finding
        self.traceparent = traceparent
        self.tracestate = tracestate
    }

    /// The `ce_id` of the event that withdrew a study, by the tombstone; nil for other records.
    package static func cause(of record: InboundRecord) -> String? {
        func text(_ name: String) -> String? {
            record.headers.last { $0.name == name }?.value
                .map { String(decoding: $0, as: UTF8.self) }
        }
        return text("ce_type") == WireNames.retractionType ? text("ce_causationid") : nil
    }
}
