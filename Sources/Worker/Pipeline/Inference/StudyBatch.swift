package import Energy
package import Telemetry
package import VigilCore
package import WorkerCore

/// Images of studies that run through the model together.
package struct StudyBatch: Sendable {
    /// The images of one study in the batch.
    package typealias Member = LockedCore.Core.BatchMember

    /// A name for the batch, unique within its worker.
    package let id: String
    package let members: [Member]

    /// A batch of what the decisions chose, slices of one study that follow each other as one.
    init(id: String, members: [Member]) {
        self.id = id
        var joined: [Member] = []
        for member in members {
            if let last = joined.last, last.ticket == member.ticket,
                let both = last.prepared.followed(by: member.prepared)
            {
                joined[joined.count - 1] = last.with(both, images: both.images.count)
            } else {
                joined.append(member)
            }
        }
        self.members = joined
    }

    /// Its studies.
    var tickets: [StudyTicket] { members.map(\.ticket) }

    /// Its images.
    var images: Int { members.reduce(0) { $0 + $1.images } }
}

/// What became of a batch.
package struct BatchResult: Sendable {
    /// Of the studies that are whole with it.
    package var outcomes: [(StudyTicket, StudyOutcome)]
    /// Studies to be read and run once more, which the small model of a cascade does not answer.
    package var again: [StudyTicket] = []
    /// Images that the encoder ran on.
    package let images: Int
    package let energy: EnergyReading
    /// The same with what reading the studies cost.
    package var spent: StageEnergy
    package let duration: Duration
    /// How long the model took over the studies that have outcomes, in all their batches.
    package let studied: Duration
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
            studied: .zero, processor: .zero, reused: nil)
    }

    /// The same with studies that were not shown to the model.
    func with(
        _ told: [(ticket: StudyTicket, outcome: StudyOutcome, spent: StageEnergy)]
    ) -> BatchResult {
        var result = self
        result.outcomes += told.map { ($0.ticket, $0.outcome) }
        result.spent = told.reduce(spent) { $0 + $1.spent }
        return result
    }
}

extension EnergyMeter {
    /// How energy is measured now, of no time.
    var nothing: EnergyMeasurement { end(begin()) }
}
