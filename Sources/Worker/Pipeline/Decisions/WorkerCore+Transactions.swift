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
                && offsets.allSatisfy { $0.isAmong(committed) }
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
            guard publishing.count < limit, isPublishable(item),
                let completed = completing(study, touched)
            else { continue }
            touched.merge(completed) { $1 }
            taken.insert(item.ticket)
            publishing.append(item)
            var study = study
            study.isDetached = completed.isEmpty
            outcomes.append((study, item.outcome))
        }
        finished = finished.filter { isOurs($0) && !taken.contains($0.ticket) }
        guard !outcomes.isEmpty else { return nil }
        let offsets = touched.map { partition, ledger in ledger.commit(of: partition) }
        publishingOrders = uncommittedOrders(of: outcomes)
        return TransactionPlan(outcomes: outcomes, offsets: offsets, orders: publishingOrders)
    }

    /// What is finished, in the order in which it is to be published.
    private var mostUrgentFinished: [(FinishedStudy, StudyInFlight)] {
        let known = finished.compactMap { item in studies[item.ticket].map { (item, $0) } }
        let forwarded = forwardedTurns(known.map(\.1))
        func place(_ index: Int) -> (Int, Int, MonotonicTime, Int) {
            let study = known[index].1
            // What is forwarded has its way still before it, and costs nothing.
            guard study.isForwarded, let name = study.event?.study, let turn = forwarded[name]
            else { return (study.turn.priority.rank, 1, study.turn.due, index) }
            return (turn.priority.rank, 0, turn.due, index)
        }
        return known.indices.sorted { place($0) < place($1) }.map { known[$0] }
    }

    /// Where what is forwarded of each study stands: all of it with the most urgent, in the order
    /// in which it came, since an event may take back what one before it said.
    private func forwardedTurns(_ studies: [StudyInFlight]) -> [DicomUID: StudyTurn] {
        studies.filter(\.isForwarded).reduce(into: [:]) { turns, study in
            guard let name = study.event?.study else { return }
            turns[name] = min(turns[name] ?? study.turn, study.turn)
        }
    }

    /// The records that a study's outcome answers and that a commit is to tell of.
    private func committed(_ study: StudyInFlight) -> [RecordPosition] {
        study.tickets.compactMap { studies[$0] }.filter { !$0.isDetached }.map(\.record.position)
    }

    /// Whether none of its partitions was taken away.
    private func isOurs(_ item: FinishedStudy) -> Bool {
        studies[item.ticket].map { study in
            committed(study).allSatisfy { ledgers[$0.topicPartition] != nil }
        } ?? false
    }

    private func canTell(_ item: FinishedStudy) -> Bool {
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
        var changed: [TopicPartition: OffsetLedger] = [:]
        for position in committed(study).sorted(by: { $0.offset < $1.offset }) {
            let place = position.topicPartition
            guard !suspended.contains(place.topic),
                var ledger = changed[place] ?? touched[place] ?? ledgers[place],
                ledger.canTell(position.offset)
            else { return nil }
            ledger.complete(position.offset)
            changed[place] = ledger
        }
        return changed
    }

    /// The transaction is committed: its studies are done. Their offsets are completed in the
    /// ledgers as they are now, which may hold records that came meanwhile.
    package mutating func transactionCommitted() {
        publishRetryAt = nil
        abortedInARow = 0
        for study in publishing.compactMap({ studies[$0.ticket] }) {
            for position in committed(study) {
                ledgers[position.topicPartition]?.complete(position.offset)
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
