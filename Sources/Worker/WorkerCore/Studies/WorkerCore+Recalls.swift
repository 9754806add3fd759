package import VigilCore

/// Recalls of what was said of studies. A recall names one record of a study's finding; it holds
/// where that record is what stands of the study when the recall is published, and else changes
/// nothing. So a study that was said something else of meanwhile keeps that.
extension WorkerCore {
    /// Whether the topic of findings is to be read for what stands of studies.
    package var wantsStandings: Bool {
        !isDraining
            && desk.recalls.contains { ticket in
                studies[ticket]?.part.map { !desk.standing.isKnown($0.study) } ?? false
            }
    }

    /// The topic of findings is read from where it was left.
    package mutating func beginStandings() { desk.standing.beginReading() }

    /// Takes in a record of the topic of findings, in their order; nil: it says nothing that
    /// holds.
    package mutating func noteStanding(_ history: StudyHistory?, of study: Pseudonym) {
        desk.standing.note(history, of: study)
    }

    /// All is noted that was published before that reading began.
    package mutating func standingsAreCurrent() { desk.standing.endReading() }

    /// The topic of findings is gone.
    package mutating func forgetStandings() { desk.standing.forget() }

    /// Starts the recalls of which it is known what stands of their studies, and of whose studies
    /// nothing else is being read or published.
    mutating func startRecalls() {
        guard !desk.recalls.isEmpty else { return }
        let busy = wholeAnswered
        for ticket in desk.recalls {
            guard var recall = studies[ticket], let event = recall.event, let part = recall.part,
                !desk.isBusy(part.study), !busy.contains(part.study),
                desk.standing.isKnown(part.study)
            else { continue }
            desk.take(recalls: [ticket])
            let member = StudyAssembly.Member(
                ticket: ticket, record: recall.record, event: event, origin: part.origin)
            recall.assembly = StudyAssembly(
                study: part.study, members: [member], history: standing(part.study),
                closing: .recalled)
            studies.update(recall)
            desk.running[part.study] = ticket
            queueForDecoding(recall)
        }
    }

    /// What stands of a study, numbered after all that was ever said of it.
    private func standing(_ study: Pseudonym) -> StudyHistory? {
        let number = desk.histories[study]?.number ?? 0
        return desk.standing[study].map { $0.with(number: max($0.number, number)) }
    }

    /// Studies of which an event that is complete by itself has an outcome that is not committed.
    private var wholeAnswered: Set<Pseudonym> {
        Set(
            studies.values.lazy.filter { $0.part == nil && $0.progress.isAnswered }
                .compactMap { $0.order?.study })
    }

    /// A study's event that is complete by itself has its outcome: a recall that was held against
    /// what stood before it is held against what will stand, unless it is being published already.
    mutating func holdAgain(_ study: Pseudonym) {
        guard let ticket = desk.running[study], var recall = studies[ticket],
            recall.event?.recall != nil, !outbox.isPublishing(ticket)
        else { return }
        remove(ticket)
        line.forget([ticket])
        ready.drop { $0 == ticket }
        outbox.forget([ticket])
        recall.assembly = nil
        takeAgain(recall)
    }

    /// A transaction with recalls was aborted, while other outcomes of their studies may have come.
    mutating func holdOvertakenAgain() {
        for study in wholeAnswered { holdAgain(study) }
    }
}
