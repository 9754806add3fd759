package import VigilCore

/// Studies that run through the model together.
package struct StudyBatch: Sendable {
    /// One study of the batch.
    package struct Member: Sendable {
        package let ticket: StudyTicket
        package let event: StudyEvent
        package let record: InboundRecord
        package let taken: MonotonicTime
        package let takenWall: Timestamp
        package let deadline: MonotonicTime
        package let prepared: PreparedStudy
    }

    /// A name for the batch, unique within its worker.
    package let id: String
    package let members: [Member]
    /// When the batch was closed.
    package let closed: Timestamp
}

/// What became of a batch.
package struct BatchResult: Sendable {
    package let outcomes: [(StudyTicket, StudyOutcome)]
    package let images: Int
    package let energy: EnergyReading
    package let duration: Duration
}
