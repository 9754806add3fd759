package import VigilCore

/// A record in flight and what is known of it so far.
package struct StudyInFlight: Sendable {
    package let ticket: StudyTicket
    package let record: InboundRecord
    /// Nil until the record was read as an event.
    package var event: StudyEvent?
    /// When the record was taken in.
    package let intake: Moment
    /// When a finding must be out; orders every queue.
    package var deadline: MonotonicTime
    /// How long its finding was expected to take when the event was queued; nil when nothing was
    /// measured yet.
    package var expected: Duration?
    /// Of which study it is a part; nil for an event that is complete by itself.
    package var part: StudyPart?
    /// The events that it stands for, once their study is closed.
    package var assembly: StudyAssembly?
    /// What its event orders; nil until that was noted.
    package var order: Order?
    /// How it waited for a cleaner hour; nil when it did not.
    package var deferral: StudyDeferral?
    var route = StudyRoute()
    var progress = StudyProgress()

    /// A study of which nothing is known but its record.
    package init(
        _ ticket: StudyTicket, _ record: InboundRecord, intake: Moment, deadline: MonotonicTime
    ) {
        self.ticket = ticket
        self.record = record
        self.intake = intake
        self.deadline = deadline
    }

    /// One instant on the clock that never jumps and on the wall.
    package struct Moment: Sendable, Hashable {
        package let time: MonotonicTime
        package let wall: Timestamp

        package init(_ time: MonotonicTime, _ wall: Timestamp) {
            self.time = time
            self.wall = wall
        }
    }

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

    // MARK: What follows

    /// When the record was taken in, on the clock that never jumps.
    package var taken: MonotonicTime { intake.time }

    /// When the record was taken in, on the wall.
    package var takenWall: Timestamp { intake.wall }

    /// How many times a stage was tried, the current one included.
    package var attempts: Int { progress.attempts }

    /// When the first attempt failed, if one did.
    package var firstFailure: Timestamp? { progress.firstFailure }

    /// Where a sender had placed its event, of one that was forwarded to this worker.
    package var placement: PlacementNote? { route.placement }

    /// Its record is gone from Kafka: no offset goes with its outcome.
    package var isDetached: Bool { route.isDetached }

    /// Where its event first stood, retries and waits left out.
    package var origin: RecordPosition { placement?.origin ?? record.position }

    /// When its event was there; nil when its record did not say.
    package var available: Timestamp? {
        placement == nil ? record.timestamp : placement?.timestamp
    }

    /// The tickets of all records that its outcome answers.
    package var tickets: [StudyTicket] { assembly?.members.map(\.ticket) ?? [ticket] }

    /// All records that its outcome answers.
    package var records: [InboundRecord] { assembly?.members.map(\.record) ?? [record] }

    /// How many instances its event names, at least 1.
    var instances: Int { max(1, event?.instances.count ?? 1) }

    /// Where it stands among others. A record that is no event stands behind those that are.
    package var turn: StudyTurn {
        StudyTurn(
            ticket, priority: event?.priority ?? .routine, deadline: deadline,
            instances: instances, spent: progress.spent)
    }
}

/// How far a study has come.
struct StudyProgress: Sendable {
    /// How many times a stage was tried, the current one included.
    var attempts = 1
    /// When the first attempt failed, if one did.
    var firstFailure: Timestamp?
    /// What decoders took over it so far.
    var spent = Duration.zero
    /// A decoder was at it.
    var isBegun = false
    /// It has its outcome: what still comes of it is ignored.
    var isAnswered = false
}

/// Where a study's record came from, and where its outcome goes.
struct StudyRoute: Sendable {
    /// Where a sender had placed its event, of one that was forwarded to this worker.
    var placement: PlacementNote?
    /// When its event was there, as far as that is believed; nil until it was read.
    var there: Timestamp?
    /// It goes to its study's owner.
    var isForwarded = false
    /// Its record is gone from Kafka: no offset goes with its outcome.
    var isDetached = false
}

/// A study's wait for a cleaner hour.
package struct StudyDeferral: Sendable {
    package let note: DeferralNote
    /// When it was taken to be worked on, and why; nil while it waits.
    package var end: (time: MonotonicTime, reason: DeferralEnd)?
}
