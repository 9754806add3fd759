package import VigilCore

/// The highest order so far of each study, as the compacted topic of orders has it and as events
/// have changed it since. Studies that were never ordered above `routine` take no room. Pure; part
/// of ``WorkerCore``.
package struct WorklistOrders: Sendable {
    private struct Entry: Sendable {
        /// All that is known.
        var order: WorklistOrder
        /// As it stands in the topic; nil when it does not.
        var committed: WorklistOrder?
        /// What stands beside it.
        var beside: [Priority: UnmergedOrder] = [:]
        /// What events ordered since it is not known what stands in the topic.
        var own: UnmergedOrder?
        /// Whether all was known of the study when orders were last known.
        var isKnown: Bool
        var touched: UInt64 = 0

        /// Whether nothing is known that the topic does not say.
        var isCommitted: Bool {
            let said = committed ?? WorklistOrder(highest: .routine)
            return own == nil && order == beside.values.reduce(said) { $0.including($1) }
        }
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
    /// The topic cannot be read in time: what is published says so.
    package mutating func markUnknown() { knowledge = .unknown }

    /// All is known that was committed before the partitions were assigned.
    package mutating func markCurrent() {
        knowledge = .current
        entries = entries.mapValues { entry in
            var entry = entry
            entry.own = nil
            entry.isKnown = entry.isKnown || !hasForgotten
            return entry
        }
    }

    // MARK: What the topic says

    /// Takes in what the topic says.
    package mutating func learn(_ said: OrderToTell, of study: Pseudonym) {
        var entry =
            entries[study]
            ?? Entry(order: WorklistOrder(highest: .routine), isKnown: !hasForgotten)
        switch said {
        case .whole(let order):
            entry.order = entry.order.merged(with: order)
            entry.committed = order
            entry.isKnown = true
        case .unmerged(let order): entry.beside[order.priority] = order
        }
        set(entry, of: study)
    }

    // MARK: What events order

    /// Takes in what an event orders.
    ///
    /// - Parameters:
    ///   - place: where the event first stood.
    ///   - time: when it was sent.
    package mutating func take(
        _ event: StudyEvent, of study: Pseudonym, at place: RecordPosition, time: Timestamp
    ) {
        guard event.withdrawal == nil else { return }
        var entry =
            entries[study]
            ?? Entry(
                order: WorklistOrder(highest: .routine),
                isKnown: knowledge == .current && !hasForgotten)
        let before = (entry.order, entry.own)
        let isLowering = event.orderChange?.direction == .lower
        entry.order =
            isLowering
            ? entry.order.lowered(
                to: event.priority, by: event.source,
                reason: event.orderChange?.reason ?? "", at: place, time: time)
            : entry.order.ordered(event.priority, at: place)
        if !isKnown(entry) {
            let own = UnmergedOrder(priority: event.priority, position: place)
            if isLowering {
                // It takes back what was ordered since, and nothing that is not known.
                entry.own = entry.own.map { $0.priority < own.priority ? own : $0 }
            } else if event.priority != .routine {
                entry.own = entry.own?.merged(with: own) ?? own
            }
        }
        guard before != (entry.order, entry.own) else { return }
        set(entry, of: study)
    }

    private mutating func set(_ entry: Entry, of study: Pseudonym) {
        clock &+= 1
        var entry = entry
        entry.touched = clock
        entry.order = entry.beside.values.reduce(entry.order) { $0.including($1) }
        if let own = entry.own { entry.order = entry.order.ordered(own.priority, at: own.position) }
        entries[study] = entry
        forgetOldest()
    }

    /// Forgets a quarter of what is committed, the longest untouched first, so that the sorting is
    /// paid for by many.
    private mutating func forgetOldest() {
        guard entries.count > countMax else { return }
        let committed = entries.filter { $0.value.isCommitted }
        let oldest = committed.sorted { $0.value.touched < $1.value.touched }
        for (study, _) in oldest.prefix(max(1, countMax / 4)) { entries[study] = nil }
        hasForgotten = hasForgotten || !oldest.isEmpty
    }

    // MARK: What is known, and what the topic is to learn

    private func isKnown(_ entry: Entry?) -> Bool {
        knowledge == .current && (entry?.isKnown ?? !hasForgotten)
    }

    /// What is known of a study now.
    package func standing(of study: Pseudonym) -> WorklistStanding {
        let entry = entries[study]
        return WorklistStanding(order: entry?.order, isKnown: isKnown(entry))
    }

    /// What the topic is to learn of a study; nil when it has it as it is.
    package func uncommitted(_ study: Pseudonym) -> OrderToTell? {
        entries[study].flatMap { toTell($0) }
    }

    private func toTell(_ entry: Entry) -> OrderToTell? {
        guard isKnown(entry) else {
            guard let own = entry.own, own.priority != .routine, entry.beside[own.priority] != own
            else { return nil }
            return .unmerged(own)
        }
        return entry.order == entry.committed ? nil : .whole(entry.order)
    }

    /// What the topic is to have of a study whose event has its outcome there, whether or not it
    /// changed an order.
    ///
    /// - Parameter place: where the event stood.
    package func told(of study: Pseudonym, at place: RecordPosition) -> OrderToTell {
        let entry = entries[study]
        if let uncommitted = uncommitted(study) { return uncommitted }
        guard isKnown(entry) else {
            return .unmerged(UnmergedOrder(priority: .routine, position: place))
        }
        return .whole(entry?.order ?? WorklistOrder(highest: .routine))
    }

    /// The topic has what it was to learn of a study.
    package mutating func commit(_ told: OrderToTell, of study: Pseudonym) {
        switch told {
        case .whole(let order): entries[study]?.committed = order
        case .unmerged where entries[study] != nil: learn(told, of: study)
        case .unmerged: break
        }
    }
}
