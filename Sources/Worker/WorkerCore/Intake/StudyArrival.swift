package import VigilCore

/// What a record that was taken in says, as its reader made it out.
package struct StudyArrival: Sendable {
    /// The event as it was sent.
    package let event: StudyEvent
    /// Its study's pseudonym.
    package let study: Pseudonym
    /// The record as it first stood on a topic of senders.
    package let original: InboundRecord
    /// Where a sender had placed it, of one that was forwarded to this worker.
    package var placement: PlacementNote?
    /// That it waited for a cleaner hour, of one that comes from the deferral topic.
    package var deferral: DeferralNote?
    /// That it failed before, of one that comes from a retry topic.
    package var retry: Retry?
    /// It is tried alone, and waits for nothing: neither for its hour nor for other parts of its
    /// study.
    package var isAlone = false

    package init(event: StudyEvent, study: Pseudonym, original: InboundRecord) {
        self.event = event
        self.study = study
        self.original = original
    }

    /// What a record of a retry topic says of itself.
    package struct Retry: Sendable, Hashable {
        /// When the event was there first; nil when it did not say.
        package let available: Timestamp?
        /// Not to be tried again before.
        package let due: Timestamp
        /// The pause of its topic: nothing waits longer, whatever it says.
        package let longest: Duration

        package init(available: Timestamp?, due: Timestamp, longest: Duration) {
            self.available = available
            self.due = due
            self.longest = longest
        }
    }

    /// When the event was first there.
    ///
    /// - Parameter record: as it stands where it was read.
    func available(_ record: InboundRecord) -> Timestamp? {
        if let placement { return placement.timestamp }
        return retry?.available ?? deferral?.timestamp ?? record.timestamp
    }

    /// Whether that time is a broker's or a worker's.
    func isTimeTrusted(_ record: InboundRecord) -> Bool {
        if let placement { return placement.isStampedByBroker }
        return retry == nil && (deferral != nil || record.isStampedByBroker)
    }
}
