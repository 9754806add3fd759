package import VigilCore

/// That an event is a part of a study, and how long the study may wait for the rest.
package struct StudyPart: Sendable {
    /// Which study.
    package let study: Pseudonym
    /// Where the event first stood.
    package let origin: RecordPosition
    /// When the study is read even if more is expected.
    package let closeAt: MonotonicTime

    /// All of it.
    package init(study: Pseudonym, origin: RecordPosition, closeAt: MonotonicTime) {
        self.study = study
        self.origin = origin
        self.closeAt = closeAt
    }

    /// The same, with another time at which the study is read whatever is expected.
    func closing(at time: MonotonicTime) -> StudyPart {
        StudyPart(study: study, origin: origin, closeAt: time)
    }
}

/// The events of one study that are read, published and committed together.
package struct StudyAssembly: Sendable {
    /// One of the events.
    package struct Member: Sendable {
        /// Its own ticket.
        package let ticket: StudyTicket
        /// As it was taken in.
        package let record: InboundRecord
        /// What the record says.
        package let event: StudyEvent
        /// Where it first stood.
        package let origin: RecordPosition

        /// All of it.
        package init(
            ticket: StudyTicket, record: InboundRecord, event: StudyEvent, origin: RecordPosition
        ) {
            self.ticket = ticket
            self.record = record
            self.event = event
            self.origin = origin
        }
    }

    /// Which study.
    package let study: Pseudonym
    /// In the order in which they came, at least one; of any partitions of this worker.
    package let members: [Member]
    /// What was said of the study before; nil when nothing was.
    package let history: StudyHistory?
    /// Why it is read now.
    package let closing: StudyClosing

    /// All of it.
    package init(
        study: Pseudonym, members: [Member], history: StudyHistory?,
        closing: StudyClosing
    ) {
        self.study = study
        self.members = members
        self.history = history
        self.closing = closing
    }
}
