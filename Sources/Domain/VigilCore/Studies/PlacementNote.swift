/// That an event was forwarded to its study's owner, and where a sender had placed it. Holds
/// nothing of a patient.
package struct PlacementNote: Sendable, Hashable {
    /// Where the event first stood.
    package let origin: RecordPosition
    /// When that record was made; nil when it did not say.
    package let timestamp: Timestamp?
    /// Whether a broker wrote that time (`LogAppendTime`).
    package let isStampedByBroker: Bool
    /// The study whose owner it was sent to.
    package let study: Pseudonym

    package init(
        origin: RecordPosition, timestamp: Timestamp?, isStampedByBroker: Bool, study: Pseudonym
    ) {
        self.origin = origin
        self.timestamp = timestamp
        self.isStampedByBroker = isStampedByBroker
        self.study = study
    }

    /// Notes where a record stands.
    package init(of record: InboundRecord, study: Pseudonym) {
        origin = record.position
        timestamp = record.timestamp
        isStampedByBroker = record.isStampedByBroker
        self.study = study
    }
}
