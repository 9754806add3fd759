package import VigilCore

extension WorkerCore {
    /// Images of one study in a batch.
    package struct BatchMember: Sendable {
        /// The study as it stood when the batch was closed, and what its record says.
        package let study: StudyInFlight
        package let event: StudyEvent
        package let prepared: Prepared
        package let images: Int

        package init(
            study: StudyInFlight, event: StudyEvent, prepared: Prepared, images: Int
        ) {
            self.study = study
            self.event = event
            self.prepared = prepared
            self.images = images
        }

        /// Which study.
        package var ticket: StudyTicket { study.ticket }

        /// The same study with other images.
        package func with(_ prepared: Prepared, images: Int) -> BatchMember {
            BatchMember(study: study, event: event, prepared: prepared, images: images)
        }
    }

    /// What the inference thread does now.
    package enum BatchDecision: Sendable {
        /// Run these together.
        case run([BatchMember], BatchReason)
        /// Look again at this time, or when something new is ready.
        case wait(until: MonotonicTime)
        /// Nothing is ready.
        case idle
    }

    /// Batches of one rank that are under way at most, one between two layers of the other.
    private static var batchesPerRank: Int { 2 }

    /// Closes a batch when it is full, when its first study has waited long enough, when nothing
    /// else is on the way, or when a `stat` study is in it; else says until when to wait. A batch
    /// is of one rank, so that nothing is slowed by what may wait.
    package mutating func takeBatch(now: MonotonicTime) -> BatchDecision {
        guard let oldest = ready.oldest, let rank = rankToRun(now: now) else {
            return .idle
        }
        let reason: BatchReason
        if rank == .stat {
            reason = .urgent
        } else if ready.images >= limits.batches.imagesMax {
            reason = .full
        } else if line.running.isEmpty, line.waiting.isEmpty {
            reason = .idle
        } else if now - oldest >= limits.batches.waitMax {
            reason = .deadline
        } else {
            return .wait(until: oldest + limits.batches.waitMax)
        }
        return .run(closeBatch(of: rank), reason)
    }

    /// What is ready and goes before all of a batch that runs, to run between two of its layers;
    /// nil when there is nothing. A more urgent rank pre-empts whatever its size; of the same rank,
    /// small studies pre-empt the images of a larger one. So of one rank no more than two batches
    /// are under way, and a small study waits for no batch but one of its like.
    ///
    /// - Parameter running: the studies of the batches under way, each but the first between two
    ///   layers of the one before.
    package mutating func takeUrgentBatch(
        ahead running: [[StudyTicket]], now: MonotonicTime
    ) -> [BatchMember]? {
        guard let top = running.last, running.count < limits.batches.underWayMax else { return nil }
        let first = top.compactMap { studies[$0]?.turn }.min()
        let ahead = ready.slices.compactMap { studies[$0.ticket] }.filter { study in
            guard let first else { return true }
            let isSmall = study.instances <= limits.batches.statImagesMax
            return study.turn < first && (study.turn.priority < first.priority || isSmall)
        }
        guard let best = ahead.map(\.turn).min() else { return nil }
        if let first, best.priority != first.priority, hasTurn(first, before: best, now: now) {
            return nil
        }
        let ofRank = running.count { batch in
            batch.contains { studies[$0]?.turn.priority == best.priority }
        }
        guard ofRank < Self.batchesPerRank else { return nil }
        let chosen = Set(ahead.map(\.ticket))
        return closeBatch(of: best.priority) { chosen.contains($0) }
    }

    /// Whether a study was served because all above it are late, which then do not put it off.
    private func hasTurn(_ study: StudyTurn, before best: StudyTurn, now: MonotonicTime) -> Bool {
        guard best.priority != .stat, study.deadline < now, study.deadline < best.deadline else {
            return false
        }
        return ready.slices.allSatisfy { slice in
            guard let order = studies[slice.ticket]?.turn else { return true }
            return order.priority != best.priority || order.deadline < now
        }
    }

    /// The rank whose images run next.
    private func rankToRun(now: MonotonicTime) -> Priority? {
        let orders = ready.slices.compactMap { studies[$0.ticket]?.turn }.sorted()
        let ranks = Priority.allCases.compactMap { priority -> RankRule.Waiting? in
            let own = orders.filter { $0.priority == priority }
            return own.first.map {
                RankRule.Waiting(
                    priority: priority, first: $0.deadline,
                    areAllLate: own.allSatisfy { $0.deadline < now })
            }
        }
        return RankRule.served(ranks, now: now)
    }

    /// The images of a rank that go first and fit; what is larger than a batch goes alone. Larger
    /// `stat` studies do not share the batch of a smaller one, which they would slow.
    private mutating func closeBatch(
        of rank: Priority, where condition: (StudyTicket) -> Bool = { _ in true }
    ) -> [BatchMember] {
        let imagesMax = rank == .stat ? limits.batches.statImagesMax : limits.batches.imagesMax
        let slices = ready.slices
        let waiting = slices.indices.compactMap { index in
            studies[slices[index].ticket].map { (index, $0.turn, $0.instances) }
        }
        let ordered = waiting.filter { $0.1.priority == rank && condition(slices[$0.0].ticket) }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
        var chosen: [Int] = []
        var images = 0
        for (index, _, size) in ordered where images < imagesMax {
            let fits = chosen.isEmpty || images + slices[index].images <= imagesMax
            guard fits, rank != .stat || size <= ordered[0].2 else { break }
            chosen.append(index)
            images += slices[index].images
        }
        return ready.take(chosen).compactMap { slice in
            guard let study = studies[slice.ticket], let event = study.event else { return nil }
            return BatchMember(
                study: study, event: event, prepared: slice.prepared, images: slice.images)
        }
    }
}
