package import VigilCore
package import Wire

/// The worker's own name for one record that it took in; never reused within a process.
package struct StudyTicket: Sendable, Hashable, Comparable {
    package let number: UInt64

    /// A ticket of this number.
    package init(number: UInt64) { self.number = number }

    package static func < (left: StudyTicket, right: StudyTicket) -> Bool {
        left.number < right.number
    }
}

/// A record in flight and what is known of it so far.
package struct StudyInFlight: Sendable {
    package let ticket: StudyTicket
    package let record: InboundRecord
    /// Nil until the record was read as an event.
    package var event: StudyEvent?
    /// When the record was taken, on the clock that never jumps and on the wall.
    package let taken: MonotonicTime
    package let takenWall: Timestamp
    /// When a finding must be out; orders every queue.
    package var deadline: MonotonicTime
    /// How long its finding was expected to take when the event was queued; nil when nothing was
    /// measured yet.
    package var expected: Duration?
    /// How many times a stage was tried, the current one included.
    package var attempts = 1
    /// Of which study it is a part; nil for an event that is complete by itself.
    package var part: StudyPart?
    /// The events that it stands for, once their study is closed.
    package var assembly: StudyAssembly?
    /// When the first attempt failed, if one did.
    package var firstFailure: Timestamp?
    /// Its record is gone from Kafka: no offset goes with its outcome.
    package var isDetached = false
    /// Where a sender had placed its event, of one that was forwarded to this worker.
    package var placement: PlacementNote?
    /// It goes to its study's owner.
    var isForwarded = false
    /// How it waited for a cleaner hour; nil when it did not.
    package var deferral: StudyDeferral?
    /// What decoders took over it so far.
    package var spent = Duration.zero
    /// A decoder was at it.
    var isBegun = false
    /// It has its outcome: what still comes of it is ignored.
    var isAnswered = false
    /// What its event orders; nil until that was noted.
    package var order: Order?

    /// An event's order of one study.
    package struct Order: Sendable {
        package let study: Pseudonym
        /// As it was sent, before parts of one study were joined.
        package let event: StudyEvent
        /// Where it first stood.
        package let place: RecordPosition
        /// When it was sent.
        package let time: Timestamp
    }

    /// Where its event first stood, retries and waits left out.
    package var origin: RecordPosition { placement?.origin ?? record.position }

    /// When its event was there; nil when its record did not say.
    package var available: Timestamp? {
        placement == nil ? record.timestamp : placement?.timestamp
    }

    /// How many instances its event names, at least 1.
    var instances: Int { max(1, event?.instances.count ?? 1) }

    /// Where it stands among others. A record that is no event stands behind those that are.
    package var turn: StudyTurn {
        StudyTurn(
            ticket, priority: event?.priority ?? .routine, deadline: deadline,
            instances: instances, spent: spent)
    }
}

/// A study's wait for a cleaner hour.
package struct StudyDeferral: Sendable {
    package let note: DeferralNote
    /// When it was taken to be worked on, and why; nil while it waits.
    package var end: (time: MonotonicTime, reason: DeferralEnd)?
}
