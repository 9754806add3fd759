package import KafkaTransport
package import Telemetry
package import VigilCore

extension WorkerCore {
    /// A study to fetch, decode and normalise.
    package struct DecodeJob: Sendable {
        package let ticket: StudyTicket
        package let event: StudyEvent
    }

    /// One study of a batch.
    package struct BatchMember: Sendable {
        package let ticket: StudyTicket
        package let prepared: Prepared
        package let images: Int
    }

    /// What the inference thread does now.
    package enum BatchDecision: Sendable {
        /// Run these together.
        case run([BatchMember], BatchFormed.Reason)
        /// Look again at this time, or when something new is ready.
        case wait(until: MonotonicTime)
        /// Nothing is ready.
        case idle
    }

    // MARK: Decoding

    /// The most urgent study to decode now; nil when there is none or when enough is decoded
    /// already.
    package mutating func takeDecodeJob(now: MonotonicTime) -> DecodeJob? {
        releaseDelayed(now: now)
        guard readyImages + decoding.count < limits.preparedImagesMax else { return nil }
        while let ticket = toDecode.popFirst() {
            guard let event = studies[ticket]?.event else { continue }
            decoding.insert(ticket)
            return DecodeJob(ticket: ticket, event: event)
        }
        return nil
    }

    /// When the next postponed attempt is due.
    package var nextRetry: MonotonicTime? { delayed.first?.deadline }

    private mutating func releaseDelayed(now: MonotonicTime) {
        while let due = delayed.first, due.deadline <= now, let ticket = delayed.popFirst() {
            guard let study = studies[ticket] else { continue }
            toDecode.insert(ticket, deadline: study.deadline)
        }
    }

    /// Hands over a decoded study. Ignored when the study's partition was taken away meanwhile.
    package mutating func prepared(
        _ ticket: StudyTicket, _ prepared: Prepared, images: Int, now: MonotonicTime
    ) {
        decoding.remove(ticket)
        guard let study = studies[ticket] else { return }
        readyImages += images
        ready.insert(
            ReadyStudy(ticket: ticket, prepared: prepared, images: images, since: now),
            deadline: study.deadline)
    }

    /// Postpones another attempt; false when the attempts are used up, and the study must be given
    /// up.
    package mutating func postpone(
        _ ticket: StudyTicket, after pause: Duration, now: MonotonicTime, wall: Timestamp
    ) -> Bool {
        decoding.remove(ticket)
        guard var study = studies[ticket] else { return true }
        study.firstFailure = study.firstFailure ?? wall
        guard study.attempts < limits.attemptsMax, !isDraining else {
            studies[ticket] = study
            return false
        }
        study.attempts += 1
        studies[ticket] = study
        delayed.insert(ticket, deadline: now + pause)
        return true
    }

    // MARK: Batching

    /// Closes a batch when it is full, when its first study has waited long enough, when nothing
    /// else is on the way, or when a `stat` study is in it; else says until when to wait.
    package mutating func takeBatch(now: MonotonicTime) -> BatchDecision {
        guard let oldest = ready.elements.map(\.since).min() else { return .idle }
        let reason: BatchFormed.Reason
        if readyImages >= limits.batchImagesMax {
            reason = .full
        } else if ready.elements.contains(where: { isStat($0.ticket) }) {
            reason = .urgent
        } else if decoding.isEmpty, toDecode.isEmpty {
            reason = .idle
        } else if now - oldest >= limits.batchWaitMax {
            reason = .deadline
        } else {
            return .wait(until: oldest + limits.batchWaitMax)
        }
        return .run(closeBatch(), reason)
    }

    /// The `stat` studies that are ready, to run between two layers of a batch that holds none; nil
    /// when there are none.
    package mutating func takeUrgentBatch() -> [BatchMember]? {
        let stat = Set(ready.elements.map(\.ticket).filter { isStat($0) })
        guard !stat.isEmpty else { return nil }
        return closeBatch { stat.contains($0.ticket) }
    }

    /// The most urgent studies that fit; a study larger than a batch goes alone.
    private mutating func closeBatch(
        where condition: (ReadyStudy) -> Bool = { _ in true }
    ) -> [BatchMember] {
        var members: [BatchMember] = []
        var images = 0
        while images < limits.batchImagesMax, let study = ready.popFirst(where: condition) {
            guard members.isEmpty || images + study.images <= limits.batchImagesMax else {
                ready.insert(study, deadline: studies[study.ticket]?.deadline ?? study.since)
                break
            }
            images += study.images
            readyImages -= study.images
            inferring.insert(study.ticket)
            members.append(
                BatchMember(ticket: study.ticket, prepared: study.prepared, images: study.images))
        }
        return members
    }

    private func isStat(_ ticket: StudyTicket) -> Bool {
        studies[ticket]?.event?.priority == .stat
    }

    // MARK: Transactions

    /// What one transaction publishes and which offsets it commits.
    package struct TransactionPlan: Sendable {
        /// The outcomes, the most urgent first.
        package let outcomes: [(study: StudyInFlight, outcome: Outcome)]
        package let offsets: [OffsetToCommit]
        let ledgers: [TopicPartition: OffsetLedger]

        /// A transaction without outcomes, for records that belong to no study.
        package static var empty: TransactionPlan {
            TransactionPlan(outcomes: [], offsets: [], ledgers: [:])
        }
    }

    /// Whether outcomes wait to be published.
    package var hasFinished: Bool { !finished.isEmpty }

    /// When a transaction should be opened: now, later, or not at all for the time being.
    package func transactionDue(now: MonotonicTime) -> MonotonicTime? {
        guard publishing.isEmpty, let oldest = finished.first?.since else { return nil }
        if let retryAt = publishRetryAt { return max(now, retryAt) }
        let isUrgent = finished.contains { $0.isStat }
        let nothingElse = finished.count == studies.count
        if isUrgent || nothingElse || isDraining || finished.count >= limits.transactionRecordsMax {
            return now
        }
        return max(now, oldest + limits.transactionWaitMax)
    }

    /// Opens a transaction over finished outcomes; nil when there is none. Until it ends, no record
    /// may be admitted and no partition revoked: the transport thread does all of these.
    package mutating func openTransaction(limit: Int? = nil) -> TransactionPlan? {
        guard publishing.isEmpty, !finished.isEmpty else { return nil }
        publishing = Array(finished.prefix(limit ?? limits.transactionRecordsMax))
        finished.removeFirst(publishing.count)
        var touched: [TopicPartition: OffsetLedger] = [:]
        var outcomes: [(study: StudyInFlight, outcome: Outcome)] = []
        for item in publishing {
            guard let study = studies[item.ticket] else { continue }
            let partition = study.record.position.topicPartition
            guard var ledger = touched[partition] ?? ledgers[partition] else { continue }
            ledger.complete(study.record.position.offset)
            touched[partition] = ledger
            outcomes.append((study, item.outcome))
        }
        outcomes.sort {
            ($0.study.deadline, $0.study.ticket) < ($1.study.deadline, $1.study.ticket)
        }
        let offsets = touched.map { partition, ledger in
            let commit = ledger.committable
            return OffsetToCommit(
                partition: partition, nextOffset: commit.nextOffset, metadata: commit.metadata)
        }
        return TransactionPlan(outcomes: outcomes, offsets: offsets, ledgers: touched)
    }

    /// The transaction is committed: its studies are done.
    package mutating func transactionCommitted(_ plan: TransactionPlan) {
        publishRetryAt = nil
        for (partition, ledger) in plan.ledgers where ledgers[partition] != nil {
            ledgers[partition] = ledger
        }
        for item in publishing {
            studies[item.ticket] = nil
        }
        publishing = []
    }

    /// Publishes something else for a study whose outcome waits.
    package mutating func replaceOutcome(of ticket: StudyTicket, with outcome: Outcome) {
        guard let index = finished.firstIndex(where: { $0.ticket == ticket }) else { return }
        let old = finished[index]
        finished[index] = FinishedStudy(
            ticket: ticket, outcome: outcome, since: old.since, isStat: old.isStat)
    }

    /// The transaction is aborted: its outcomes wait for the next one, not before the given time.
    package mutating func transactionAborted(retryAt: MonotonicTime) {
        finished = publishing.filter { studies[$0.ticket] != nil } + finished
        publishing = []
        publishRetryAt = retryAt
    }
}
