package import VigilCore

/// The highest order so far of each study, as the compacted topic of orders has it and as events
/// have changed it since. Studies that were never ordered above `routine` take no room. Pure; part
/// of ``WorkerCore``.
package struct WorklistOrders: Sendable {
    private struct Entry: Sendable {
        var order: WorklistOrder
        /// As it was last committed; nil when it never was.
        var committed: WorklistOrder?
        var touched: UInt64
    }

    /// How much of the topic is known.
    private enum Knowledge: Sendable {
        /// It is not known yet where it ends.
        case unseen
        /// It is being read: what earlier owners committed may not be known yet.
        case reading
        case current
        /// It could not be read in time.
        case unknown
    }

    private let countMax: Int
    private var entries: [Pseudonym: Entry] = [:]
    private var knowledge = Knowledge.unseen
    /// Something was forgotten to bound memory, so that what is not there need not be routine.
    private var hasForgotten = false
    private var clock: UInt64 = 0

    /// - Parameter countMax: studies ordered above `routine` that are remembered.
    package init(countMax: Int) {
        self.countMax = max(1, countMax)
    }

    /// Whether the topic is to be read before anything less than `stat` is published.
    package var isReading: Bool { knowledge == .reading || knowledge == .unseen }
    /// Whether it is known how far the topic is to be read. Before that nothing is published at
    /// all, or the reading would have to wait for what this worker writes itself.
    package var isSeen: Bool { knowledge != .unseen }
    /// How many studies are remembered.
    package var count: Int { entries.count }

    /// Another worker may have published orders meanwhile.
    package mutating func beginReading() { knowledge = .unseen }
    /// It is known how far the topic is to be read.
    package mutating func markSeen() { if knowledge == .unseen { knowledge = .reading } }
    /// All is known that was committed before the partitions were assigned.
    package mutating func markCurrent() { knowledge = .current }
    /// The topic cannot be read in time: what is published says so.
    package mutating func markUnknown() { knowledge = .unknown }

    /// Takes in what the topic says.
    package mutating func learn(_ order: WorklistOrder, of study: Pseudonym) {
        let merged = entries[study].map { $0.order.merged(with: order) } ?? order
        set(merged, of: study, committed: order)
    }

    /// Takes in what an event orders.
    ///
    /// - Parameters:
    ///   - place: where the event first stood.
    ///   - time: when it was sent.
    package mutating func take(
        _ event: StudyEvent, of study: Pseudonym, at place: RecordPosition, time: Timestamp
    ) {
        guard event.withdrawal == nil else { return }
        let known = entries[study]
        let before = known?.order ?? WorklistOrder(highest: .routine)
        let after =
            event.orderChange?.direction == .lower
            ? before.lowered(
                to: event.priority, by: event.source,
                reason: event.orderChange?.reason ?? "", at: place, time: time)
            : before.ordered(event.priority, at: place)
        guard after != before else { return }
        set(after, of: study, committed: known?.committed)
    }

    private mutating func set(
        _ order: WorklistOrder, of study: Pseudonym, committed: WorklistOrder?
    ) {
        clock &+= 1
        entries[study] = Entry(order: order, committed: committed, touched: clock)
        forgetOldest()
    }

    /// Forgets a quarter of what is committed, the longest untouched first, so that the sorting is
    /// paid for by many.
    private mutating func forgetOldest() {
        guard entries.count > countMax else { return }
        let committed = entries.filter { $0.value.order == $0.value.committed }
        let oldest = committed.sorted { $0.value.touched < $1.value.touched }
        for (study, _) in oldest.prefix(max(1, countMax / 4)) { entries[study] = nil }
        hasForgotten = hasForgotten || !oldest.isEmpty
    }

    /// What is known of a study now.
    package func standing(of study: Pseudonym) -> WorklistStanding {
        let order = entries[study]?.order
        return WorklistStanding(
            order: order, isKnown: knowledge == .current && (order != nil || !hasForgotten))
    }

    /// A study's order, if the topic does not have it as it is.
    package func uncommitted(_ study: Pseudonym) -> WorklistOrder? {
        guard let entry = entries[study], entry.order != entry.committed else { return nil }
        return entry.order
    }

    /// The topic has a study's order.
    package mutating func commit(_ order: WorklistOrder, of study: Pseudonym) {
        entries[study]?.committed = order
    }
}
