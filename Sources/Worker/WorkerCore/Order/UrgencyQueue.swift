internal import VigilCore

/// Studies that wait for a decoder, by ``StudyTurn`` and the rule between the ranks. Pure.
struct UrgencyQueue: Sendable {
    private struct Entry: Sendable {
        let ticket: StudyTicket
        let deadline: MonotonicTime
    }

    private var ranks: [Priority: DeadlineQueue<Entry>] = [:]

    /// An empty queue.
    init() {}

    var isEmpty: Bool { ranks.values.allSatisfy { $0.isEmpty } }

    /// All that wait, in no order.
    var elements: [StudyTicket] { ranks.values.flatMap { $0.elements.map(\.ticket) } }

    /// Adds a study; its place does not change while it waits.
    mutating func insert(_ ticket: StudyTicket, _ order: StudyTurn) {
        ranks[order.priority, default: DeadlineQueue()].insert(
            Entry(ticket: ticket, deadline: order.deadline), deadline: order.due)
    }

    /// The study that goes first, of these ranks.
    ///
    /// - Parameter condition: leaves out those for which it does not hold; of each rank, the first
    ///   for which it holds counts.
    func first(
        of priorities: [Priority], now: MonotonicTime,
        where condition: (StudyTicket) -> Bool = { _ in true }
    ) -> StudyTicket? {
        var firsts: [Priority: Entry] = [:]
        let waiting = priorities.sorted().compactMap { priority -> RankRule.Waiting? in
            guard let queue = ranks[priority],
                let first = queue.first(where: { condition($0.ticket) })
            else { return nil }
            firsts[priority] = first
            return RankRule.Waiting(
                priority: priority, first: first.deadline,
                areAllLate: !queue.contains { $0.deadline >= now })
        }
        return RankRule.served(waiting, now: now).flatMap { firsts[$0]?.ticket }
    }

    /// Takes a study out.
    ///
    /// - Returns: whether it waited here.
    @discardableResult
    mutating func remove(_ ticket: StudyTicket) -> Bool {
        for (priority, queue) in ranks where queue.first?.element.ticket == ticket {
            _ = ranks[priority]?.popFirst()
            return true
        }
        for (priority, queue) in ranks where queue.contains(where: { $0.ticket == ticket }) {
            ranks[priority]?.removeAll { $0.ticket == ticket }
            return true
        }
        return false
    }

    /// Takes out all for which the condition holds; the others keep their order.
    mutating func removeAll(where condition: (StudyTicket) -> Bool) {
        for (priority, queue) in ranks where queue.contains(where: { condition($0.ticket) }) {
            ranks[priority]?.removeAll { condition($0.ticket) }
        }
    }
}
