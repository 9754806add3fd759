internal import VigilCore

/// Outcomes that wait for their transaction, and those of the one under way. Pure; a part of
/// ``WorkerCore``.
struct Outbox<Outcome: Sendable>: Sendable {
    /// An outcome that waits for its transaction.
    struct Finished: Sendable {
        let ticket: StudyTicket
        var outcome: Outcome
        let since: MonotonicTime
        let isStat: Bool
    }

    /// In the order in which they came.
    private(set) var finished: [Finished] = []
    /// What the transaction under way publishes, and tells the topic of orders.
    private(set) var publishing: [Finished] = []
    private(set) var orders: [Pseudonym: OrderToTell] = [:]
    /// When the next transaction is tried after one that failed.
    private(set) var retryAt: MonotonicTime?
    /// Transactions that failed one after the other.
    private(set) var abortedInARow = 0

    /// Outcomes are published one by one, to find the one that the broker finds too large.
    private(set) var isolates = false

    /// Nothing.
    init() {}

    /// Takes an outcome.
    mutating func add(_ item: Finished) { finished.append(item) }

    /// Drops the outcomes of studies that are gone.
    mutating func forget(_ gone: Set<StudyTicket>) {
        finished.removeAll { gone.contains($0.ticket) }
    }

    /// Whether a study is in the transaction under way.
    func isPublishing(_ ticket: StudyTicket) -> Bool {
        publishing.contains { $0.ticket == ticket }
    }

    /// Publishes something else for a study whose outcome waits.
    mutating func replace(_ ticket: StudyTicket, with outcome: Outcome) {
        guard let index = finished.firstIndex(where: { $0.ticket == ticket }) else { return }
        finished[index].outcome = outcome
    }

    /// Begins a transaction.
    ///
    /// - Parameters:
    ///   - chosen: what it publishes.
    ///   - isKept: what of the rest waits on.
    mutating func begin(_ chosen: [Finished], keeping isKept: (Finished) -> Bool) {
        let taken = Set(chosen.map(\.ticket))
        publishing = chosen
        finished = finished.filter { isKept($0) && !taken.contains($0.ticket) }
    }

    /// Notes what the transaction under way tells the topic of orders.
    mutating func tell(_ orders: [Pseudonym: OrderToTell]) { self.orders = orders }

    /// The transaction is committed.
    mutating func commit() {
        noteCommitted()
        publishing = []
        orders = [:]
    }

    /// A transaction went well, whether or not it published outcomes.
    mutating func noteCommitted() {
        retryAt = nil
        abortedInARow = 0
        isolates = false
    }

    /// Publishes one by one until a transaction is committed.
    mutating func isolate() { isolates = true }

    /// The transaction is aborted: what it was to publish waits on, before all else.
    ///
    /// - Parameters:
    ///   - isKept: what of it is still to be published.
    ///   - seed: what tells this failure from others.
    mutating func abort(
        now: MonotonicTime, seed: UInt64, keeping isKept: (Finished) -> Bool
    ) {
        finished = publishing.filter(isKept) + finished
        publishing = []
        // Offsets alone may be committed before it is tried again: that tells of no order.
        orders = [:]
        abortedInARow += 1
        retryAt = now + Backoff.transactions.pause(attempt: abortedInARow, seed: seed)
    }
}
