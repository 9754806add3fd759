package import VigilCore

extension WorkerCore {
    /// What one transaction publishes and which offsets it commits.
    package struct TransactionPlan: Sendable {
        /// The outcomes, the most urgent first.
        package let outcomes: [(study: StudyInFlight, outcome: Outcome)]
        package let offsets: [OffsetToCommit]
        /// What the topic of orders is to learn.
        package let orders: [Pseudonym: OrderToTell]
        /// Findings that are revised for what has become known of patients: of a transaction
        /// without outcomes.
        package let revisions: [Revised]
        /// The records that the offsets tell of as done, and that none did before.
        private let answered: [RecordPosition]

        package init(
            outcomes: [(study: StudyInFlight, outcome: Outcome)], offsets: [OffsetToCommit],
            orders: [Pseudonym: OrderToTell] = [:], answered: [RecordPosition] = [],
            revisions: [Revised] = []
        ) {
            self.revisions = revisions
            self.outcomes = outcomes
            self.offsets = offsets
            self.orders = orders
            self.answered = answered
        }

        /// The same transaction, with its outcomes as they are published.
        package func with(
            outcomes: [(study: StudyInFlight, outcome: Outcome)]
        ) -> TransactionPlan {
            TransactionPlan(
                outcomes: outcomes, offsets: offsets, orders: orders, answered: answered,
                revisions: revisions)
        }

        /// How many records its outcomes answer.
        package var recordCount: Int { outcomes.reduce(0) { $0 + $1.study.tickets.count } }

        /// A transaction without outcomes, for records that belong to no study.
        package static var empty: TransactionPlan {
            TransactionPlan(outcomes: [], offsets: [])
        }

        /// Whether this transaction was committed, by the offsets that the group has now. It
        /// changes each of its offsets or their metadata, so an equal one is its own, and was
        /// committed with all others. Those may differ by now: another worker may have one of the
        /// partitions already, and has committed that it began there. But what it commits tells of
        /// all that this transaction had done; where a record of it is open, it was not committed.
        /// Outcomes that no offset goes with tell nothing, and are published again.
        package func isCommitted(given committed: [CommittedOffset]) -> Bool {
            !outcomes.isEmpty && !outcomes.contains { $0.study.isDetached }
                && offsets.contains { $0.isAmong(committed) } && areAnswered(given: committed)
        }

        private func areAnswered(given committed: [CommittedOffset]) -> Bool {
            let ledgers = committed.reduce(into: [TopicPartition: OffsetLedger]()) {
                guard let next = $1.nextOffset else { return }
                $0[$1.partition] = OffsetLedger(nextOffset: next, metadata: $1.metadata)
            }
            return answered.allSatisfy {
                ledgers[$0.topicPartition]?.shouldSkip($0.offset) ?? false
            }
        }
    }

    /// Whether outcomes wait that a transaction can hold now.
    package var hasPublishable: Bool { outbox.finished.contains { canCommit($0) } }

    /// Transactions that failed one after the other.
    package var abortedInARow: Int { outbox.abortedInARow }

    /// When a transaction should be opened: now, later, or not at all for the time being.
    package func transactionDue(now: MonotonicTime) -> MonotonicTime? {
        let finished = outbox.finished
        guard outbox.publishing.isEmpty,
            let oldest = finished.first(where: { canCommit($0) })?.since
        else { return nil }
        if let retryAt = outbox.retryAt { return max(now, retryAt) }
        let isUrgent = finished.contains { $0.isStat && canCommit($0) }
        let nothingElse =
            answered(by: finished) + desk.waiting == studies.count - deferral.queue.count
        let isFull = finished.count >= limits.transactions.recordsMax
        if isUrgent || nothingElse || isDraining || isFull { return now }
        return max(now, oldest + limits.transactions.waitMax)
    }

    /// How many records these outcomes answer: one a study, or one for each of its parts.
    func answered(by items: [Outbox<Outcome>.Finished]) -> Int {
        items.reduce(0) { $0 + (studies[$1.ticket]?.tickets.count ?? 0) }
    }

    /// Opens a transaction over finished outcomes; nil when there is none. Until it ends, records
    /// may be admitted, but no partition may be assigned or revoked: who does that ends it first.
    ///
    /// An outcome whose offset the commit's bitmap cannot reach stays behind until what stands
    /// before it in its partition is done.
    package mutating func openTransaction(limit: Int? = nil) -> TransactionPlan? {
        guard outbox.publishing.isEmpty, !outbox.finished.isEmpty else { return nil }
        let limit = limit ?? (outbox.isolates ? 1 : limits.transactions.recordsMax)
        var touched: [TopicPartition: OffsetLedger] = [:]
        var outcomes: [(study: StudyInFlight, outcome: Outcome)] = []
        var chosen: [Outbox<Outcome>.Finished] = []
        for (item, study) in mostUrgentFinished {
            guard chosen.count < limit, isPublishable(item),
                let completed = completing(study, touched)
            else { continue }
            touched.merge(completed) { $1 }
            chosen.append(item)
            var study = study
            study.route.isDetached = completed.isEmpty
            outcomes.append((study, item.outcome))
        }
        let ours = Set(outbox.finished.filter { isOurs($0) }.map(\.ticket))
        outbox.begin(chosen) { ours.contains($0.ticket) }
        guard !outcomes.isEmpty else { return nil }
        let offsets = touched.map { partition, ledger in ledger.commit(of: partition) }
        let orders = uncommittedOrders(of: outcomes)
        outbox.tell(orders)
        return TransactionPlan(
            outcomes: outcomes, offsets: offsets, orders: orders,
            answered: outcomes.flatMap { committed($0.study) })
    }

    /// What is finished, in the order in which it is to be published.
    private var mostUrgentFinished: [(Outbox<Outcome>.Finished, StudyInFlight)] {
        let known = outbox.finished.compactMap { item in studies[item.ticket].map { (item, $0) } }
        let forwarded = forwardedTurns(known.map(\.1))
        func place(_ index: Int) -> (Int, Int, MonotonicTime, Int) {
            let study = known[index].1
            // What is forwarded has its way still before it, and costs nothing.
            guard study.route.isForwarded, let name = study.event?.study, let turn = forwarded[name]
            else { return (study.turn.priority.rank, 1, study.turn.due, index) }
            return (turn.priority.rank, 0, turn.due, index)
        }
        return known.indices.sorted { place($0) < place($1) }.map { known[$0] }
    }

    /// Where what is forwarded of each study stands: all of it with the most urgent, in the order
    /// in which it came, since an event may take back what one before it said.
    private func forwardedTurns(_ studies: [StudyInFlight]) -> [DicomUID: StudyTurn] {
        studies.filter(\.route.isForwarded).reduce(into: [:]) { turns, study in
            guard let name = study.event?.study else { return }
            turns[name] = min(turns[name] ?? study.turn, study.turn)
        }
    }

    /// The records that a study's outcome answers and that a commit is to tell of.
    private func committed(_ study: StudyInFlight) -> [RecordPosition] {
        study.tickets.compactMap { studies[$0] }.filter { !$0.isDetached }.map(\.record.position)
    }

    /// Whether none of its partitions was taken away.
    private func isOurs(_ item: Outbox<Outcome>.Finished) -> Bool {
        studies[item.ticket].map { study in
            committed(study).allSatisfy { partitions[$0.topicPartition] != nil }
        } ?? false
    }

    private func canCommit(_ item: Outbox<Outcome>.Finished) -> Bool {
        guard isPublishable(item), let study = studies[item.ticket] else { return false }
        return completing(study, [:]) != nil
    }

    /// The ledgers of a study's partitions with all its records done; nil when a commit cannot tell
    /// of them yet.
    ///
    /// - Parameter touched: ledgers with what else is to be published done.
    private func completing(
        _ study: StudyInFlight, _ touched: [TopicPartition: OffsetLedger]
    ) -> [TopicPartition: OffsetLedger]? {
        partitions.completing(committed(study), touched)
    }

    /// The transaction is committed: its studies are done. Their offsets are completed in the
    /// ledgers as they are now, which may hold records that came meanwhile.
    package mutating func transactionCommitted() {
        for study in outbox.publishing.compactMap({ studies[$0.ticket] }) {
            for position in committed(study) { partitions.complete(position) }
            if let name = study.order?.study { desk.standing.markOutdated(name) }
            for ticket in study.tickets { remove(ticket) }
        }
        for (study, order) in outbox.orders { orders.commit(order, of: study) }
        outbox.commit()
    }

    /// Offsets alone are committed: the broker takes transactions, and no study is done by it.
    package mutating func offsetsCommitted() { outbox.noteCommitted() }

    /// Something in a transaction is too large for the broker, and the transaction has ended. From
    /// now on outcomes are published one by one until one is committed.
    ///
    /// - Parameter outcomes: what it was to publish.
    /// - Returns: what is done about its only outcome; nil of several, among which it is still to
    ///   be found.
    package mutating func transactionTooLarge(_ outcomes: [OutcomeKind]) -> OversizeAction? {
        outbox.isolate()
        return outcomes.count == 1 ? outcomes[0].whenTooLarge : nil
    }

    /// Publishes something else for a study whose outcome waits.
    package mutating func replaceOutcome(of ticket: StudyTicket, with outcome: Outcome) {
        outbox.replace(ticket, with: outcome)
    }

    /// The transaction is aborted: its outcomes wait for the next one, longer after each that
    /// fails in a row. A group in a rebalance refuses until the worker has heard of it, which takes
    /// a heartbeat or two.
    ///
    /// - Parameter lacksTopic: whether a topic is gone, which is waited for.
    /// - Returns: false when so many have failed that a restart is the better remedy.
    package mutating func transactionAborted(
        now: MonotonicTime, lacksTopic: Bool = false
    ) -> Bool {
        outbox.abort(now: now, seed: studies.nextNumber) { studies[$0.ticket] != nil }
        holdOvertakenAgain()
        return lacksTopic || outbox.abortedInARow < limits.transactions.abortsMax
    }
}
