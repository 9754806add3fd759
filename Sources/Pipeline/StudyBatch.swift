package import Energy
package import Telemetry
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
        /// How it waited for a cleaner hour; nil when it did not.
        package var deferral: StudyDeferral?
    }

    /// A name for the batch, unique within its worker.
    package let id: String
    package let members: [Member]

    /// A batch of given studies.
    init(id: String, members: [Member]) {
        self.id = id
        self.members = members
    }

    /// A batch of what the decisions chose; a study whose partition was taken away is left out.
    init(id: String, members: [SharedWork.Core.BatchMember], of core: SharedWork.Core) {
        self.id = id
        self.members = members.compactMap { member in
            guard let study = core.study(member.ticket), let event = study.event else { return nil }
            return Member(
                ticket: member.ticket, event: event, record: study.record, taken: study.taken,
                takenWall: study.takenWall, deadline: study.deadline, prepared: member.prepared,
                deferral: study.deferral)
        }
    }
}

/// What became of a batch.
package struct BatchResult: Sendable {
    package let outcomes: [(StudyTicket, StudyOutcome)]
    /// Images that the encoder ran on.
    package let images: Int
    package let energy: EnergyReading
    /// The same with what reading the studies cost.
    package let spent: StageEnergy
    package let duration: Duration
    /// Processor time of the encoder's passes, without those of batches in between.
    package let processor: Duration
    /// What the cache of embeddings did; nil without one.
    package let reused: EmbeddingsReused?
}

extension BatchResult {
    /// Of studies alone that were not shown to the model.
    ///
    /// - Parameter energy: of nothing.
    init(
        _ told: [(ticket: StudyTicket, outcome: StudyOutcome, spent: StageEnergy)],
        _ energy: EnergyReading
    ) {
        self.init(
            outcomes: told.map { ($0.ticket, $0.outcome) }, images: 0, energy: energy,
            spent: told.reduce(StageEnergy()) { $0 + $1.spent }, duration: .zero,
            processor: .zero, reused: nil)
    }

    /// The same with studies that were not shown to the model.
    func with(
        _ told: [(ticket: StudyTicket, outcome: StudyOutcome, spent: StageEnergy)]
    ) -> BatchResult {
        BatchResult(
            outcomes: outcomes + told.map { ($0.ticket, $0.outcome) }, images: images,
            energy: energy, spent: told.reduce(spent) { $0 + $1.spent }, duration: duration,
            processor: processor, reused: reused)
    }
}

extension EnergyMeter {
    /// How energy is measured now, of no time.
    var nothing: EnergyMeasurement { end(begin()) }
}
