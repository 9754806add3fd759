package import KafkaTransport
package import VigilCore
package import Wire

extension WorkerCore {
    /// What one transaction publishes and which offsets it commits.
    package struct TransactionPlan: Sendable {
        /// The outcomes, the most urgent first.
        package let outcomes: [(study: StudyInFlight, outcome: Outcome)]
        package let offsets: [OffsetToCommit]
        /// What the topic of orders is to learn.
        package let orders: [Pseudonym: WorklistOrder]

        package init(
            outcomes: [(study: StudyInFlight, outcome: Outcome)], offsets: [OffsetToCommit],
            orders: [Pseudonym: WorklistOrder] = [:]
        ) {
            self.outcomes = outcomes
            self.offsets = offsets
            self.orders = orders
        }

        /// How many records its outcomes answer.
        package var recordCount: Int { outcomes.reduce(0) { $0 + $1.study.tickets.count } }

        /// A transaction without outcomes, for records that belong to no study.
        package static var empty: TransactionPlan {
            TransactionPlan(outcomes: [], offsets: [])
        }

        /// Whether this transaction was committed, by the offsets that the group has now. Each
        /// transaction with outcomes changes an offset or its metadata, so equal ones are its own.
        /// Outcomes that no offset goes with tell nothing, and are published again.
        package func isCommitted(given committed: [CommittedOffset]) -> Bool {
            !outcomes.isEmpty && !outcomes.contains { $0.study.isDetached }
                && offsets.allSatisfy { offset in
                    committed.contains {
                        $0.partition == offset.partition && $0.nextOffset == offset.nextOffset
                            && $0.metadata == offset.metadata
                    }
                }
        }
    }

    /// Whether outcomes wait that a transaction can hold now.
    package var hasPublishable: Bool { finished.contains { canTell($0) } }

    /// When a transaction should be opened: now, later, or not at all for the time being.
    package func transactionDue(now: MonotonicTime) -> MonotonicTime? {
        guard publishing.isEmpty, let oldest = finished.first(where: { canTell($0) })?.since else {
            return nil
        }
        if let retryAt = publishRetryAt { return max(now, retryAt) }
        let isUrgent = finished.contains { $0.isStat && canTell($0) }
        let nothingElse = answered(by: finished) + desk.count == studies.count - deferral.count
        if isUrgent || nothingElse || isDraining || finished.count >= limits.transactionRecordsMax {
            return now
        }
        return max(now, oldest + limits.transactionWaitMax)
    }

    /// How many records these outcomes answer: one a study, or one for each of its parts.
    func answered(by items: [FinishedStudy]) -> Int {
        items.reduce(0) { $0 + (studies[$1.ticket]?.tickets.count ?? 0) }
    }

    /// Opens a transaction over finished outcomes; nil when there is none. Until it ends, records
    /// may be admitted, but no partition may be assigned or revoked: who does that ends it first.
    ///
    /// An outcome whose offset the commit's bitmap cannot reach stays behind until what stands
    /// before it in its partition is done.
    package mutating func openTransaction(limit: Int? = nil) -> TransactionPlan? {
        guard publishing.isEmpty, !finished.isEmpty else { return nil }
        let limit = limit ?? limits.transactionRecordsMax
        var touched: [TopicPartition: OffsetLedger] = [:]
        var outcomes: [(study: StudyInFlight, outcome: Outcome)] = []
        var taken: Set<StudyTicket> = []
        for (item, study) in mostUrgentFinished {
            let partition = study.record.position.topicPartition
            guard publishing.count < limit, canTell(item, touched[partition]) else { continue }
            if let ledger = touched[partition] ?? ledgers[partition], !study.isDetached {
                touched[partition] = ledger.completing(study)
            }
            taken.insert(item.ticket)
            publishing.append(item)
            outcomes.append((study, item.outcome))
        }
        finished = finished.filter { isOurs($0) && !taken.contains($0.ticket) }
        guard !outcomes.isEmpty else { return nil }
        let offsets = touched.map { partition, ledger in
            let commit = ledger.committable
            return OffsetToCommit(
                partition: partition, nextOffset: commit.nextOffset, metadata: commit.metadata)
        }
        publishingOrders = uncommittedOrders(of: outcomes)
        return TransactionPlan(outcomes: outcomes, offsets: offsets, orders: publishingOrders)
    }

    /// What is finished, in the order in which it is to be published.
    private var mostUrgentFinished: [(FinishedStudy, StudyInFlight)] {
        let known = finished.compactMap { item in studies[item.ticket].map { (item, $0) } }
        let order = known.indices.sorted { left, right in
            let (one, other) = (known[left].1.turn, known[right].1.turn)
            return (one.priority.rank, one.due, left) < (other.priority.rank, other.due, right)
        }
        return order.map { known[$0] }
    }

    /// Whether its partition was not taken away.
    private func isOurs(_ item: FinishedStudy) -> Bool {
        studies[item.ticket].map {
            $0.isDetached || ledgers[$0.record.position.topicPartition] != nil
        } ?? false
    }

    /// - Parameter ledger: the partition's, with what else is to be published done.
    private func canTell(_ item: FinishedStudy, _ ledger: OffsetLedger? = nil) -> Bool {
        guard isPublishable(item), let study = studies[item.ticket] else { return false }
        let partition = study.record.position.topicPartition
        if study.isDetached { return true }
        return !suspended.contains(partition.topic)
            && (ledger ?? ledgers[partition])?.completing(study) != nil
    }

    /// The transaction is committed: its studies are done. Their offsets are completed in the
    /// ledgers as they are now, which may hold records that came meanwhile.
    package mutating func transactionCommitted() {
        publishRetryAt = nil
        abortedInARow = 0
        for study in publishing.compactMap({ studies[$0.ticket] }) {
            for record in study.records where !study.isDetached {
                ledgers[record.position.topicPartition]?.complete(record.position.offset)
            }
            for ticket in study.tickets { remove(ticket) }
        }
        publishing = []
        for (study, order) in publishingOrders { orders.commit(order, of: study) }
        publishingOrders = [:]
    }

    /// Publishes something else for a study whose outcome waits.
    package mutating func replaceOutcome(of ticket: StudyTicket, with outcome: Outcome) {
        guard let index = finished.firstIndex(where: { $0.ticket == ticket }) else { return }
        let old = finished[index]
        finished[index] = FinishedStudy(
            ticket: ticket, outcome: outcome, since: old.since, isStat: old.isStat)
    }

    /// The transaction is aborted: its outcomes wait for the next one, longer after each that
    /// fails in a row. A group in a rebalance refuses until the worker has heard of it, which takes
    /// a heartbeat or two.
    ///
    /// - Returns: false when so many have failed that a restart is the better remedy.
    package mutating func transactionAborted(now: MonotonicTime) -> Bool {
        finished = publishing.filter { studies[$0.ticket] != nil } + finished
        publishing = []
        abortedInARow += 1
        publishRetryAt = now + Backoff.transactions.pause(attempt: abortedInARow, seed: nextTicket)
        return abortedInARow < limits.abortsMax
    }
}

extension OffsetLedger {
    /// The ledger with all records of a study done; nil when a commit cannot tell of them yet.
    fileprivate func completing(_ study: StudyInFlight) -> OffsetLedger? {
        var ledger = self
        for offset in study.records.map(\.position.offset).sorted() {
            guard ledger.canTell(offset) else { return nil }
            ledger.complete(offset)
        }
        return ledger
    }
}
