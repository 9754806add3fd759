internal import Energy
internal import VigilCore
internal import WorkerCore

/// What the models of a cascade have said so far of studies that go through them slice by slice; of
/// one model alone, it is the large one. Used by the inference thread alone.
final class CascadeResults {
    let small = StudyResults()
    let large = StudyResults()
    /// Studies that the small model does not answer, with what it cost: they go, or go once more,
    /// through the large one.
    var second: [StudyTicket: StudyCost?] = [:]

    /// Nothing.
    init() {}

    /// Studies of which something is known.
    var tickets: [StudyTicket] { small.tickets + large.tickets + second.keys }

    /// Forgets studies that nobody waits for.
    func forget(_ tickets: [StudyTicket]) {
        small.forget(tickets)
        large.forget(tickets)
        for ticket in tickets { second[ticket] = nil }
    }

    /// Marks what the large model answers after the small one, with what both cost.
    func finish(_ result: BatchResult, _ model: StudyModel) -> BatchResult {
        var marked = result
        marked.outcomes = result.outcomes.map { ticket, outcome in
            guard let before = second.removeValue(forKey: ticket) else { return (ticket, outcome) }
            let joules = -model.loaded.blankCost.perImage * (outcome.cost?.work ?? 1)
            return (ticket, outcome.cascaded("large", model, joules: joules, plus: before))
        }
        return marked
    }
}

extension BatchResult {
    /// Both, one after the other; what the cache did is the second's.
    func and(_ other: BatchResult) -> BatchResult {
        BatchResult(
            outcomes: outcomes + other.outcomes, again: again + other.again,
            images: images + other.images, energy: energy.and(other.energy),
            spent: spent + other.spent, duration: duration + other.duration,
            studied: studied + other.studied, processor: processor + other.processor,
            reused: other.reused)
    }
}
