package import VigilCore

/// What has become known of a patient makes a revision of a finding that stands. What is due is
/// told by what stands and what is known now, and by nothing that was seen of the way there: so
/// whoever takes a partition over finds what a worker that died has left, and nothing that it has
/// done.
extension WorkerCore {
    /// A finding that is being looked at.
    package struct Review: Sendable {
        package let study: Pseudonym
        package let finding: RevisableFinding
    }

    /// A finding that was decided anew.
    package struct Revised: Sendable {
        /// Whose it is.
        package let study: Pseudonym
        package var finding: Finding
        /// How its classes have changed.
        package let change: Finding.Change

        package init(_ finding: Finding, _ change: Finding.Change) {
            study = finding.pseudonym
            self.finding = finding
            self.change = change
        }
    }

    // MARK: What stands, and what is known

    /// Takes in what was said last of a study.
    ///
    /// - Parameters:
    ///   - finding: nil: nothing that is revised.
    ///   - isOutdated: whether more is known by now than it was decided by.
    ///   - wall: now.
    /// - Returns: how many findings were forgotten for want of room.
    package mutating func note(
        _ finding: RevisableFinding?, of study: Pseudonym, isOutdated: Bool, at wall: Timestamp
    ) -> Int {
        defer { if isOutdated { desk.revisable.mark(study) } }
        return desk.revisable.note(finding, of: study, at: wall)
    }

    /// Something has become known, or was taken back, of these patients.
    package mutating func contextChanged(of patients: Set<Pseudonym>) {
        for patient in patients { desk.revisable.mark(patient: patient) }
    }

    /// All is known again of patients.
    package mutating func contextIsCurrent() { desk.revisable.markAll() }

    // MARK: Looking at findings

    /// From when on findings are to be looked at; nil while there are none, or while not all is
    /// known that decides of them: what was said and ordered before, and how the last transaction
    /// ended.
    package func reviewDue(now: MonotonicTime) -> MonotonicTime? {
        guard desk.revisable.hasQueued, desk.isCurrent, !orders.isReading, !isDraining,
            trial == .none, !partitions.isEmpty, outbox.publishing.isEmpty
        else { return nil }
        return max(now, outbox.retryAt ?? now)
    }

    /// Takes findings of this worker's studies to be looked at. Until that is over nothing else of
    /// their studies begins to be read: revisions follow each other.
    package mutating func takeReviews(
        max count: Int, _ placement: StudyPlacement, _ counts: TopicPartitionCounts,
        now: MonotonicTime, wall: Timestamp
    ) -> [Review] {
        guard let due = reviewDue(now: now), due <= now,
            placement.rule == nil || counts[placement.input] > 0
        else { return [] }
        var (reviews, later): ([Review], [Pseudonym]) = ([], [])
        let limit = outbox.isolates ? 1 : count
        while reviews.count < limit, let study = desk.revisable.takeNext() {
            guard let finding = desk.revisable[study] else { continue }
            guard finding.until > wall else {
                desk.revisable.forget(study)
                continue
            }
            // Another worker's, who looks at it; or this one's when it is taken over.
            guard let partition = partition(of: finding, placement, counts) else { continue }
            guard !desk.isBusy(study), partitions[partition]?.isKnown == true else {
                later.append(study)
                continue
            }
            desk.running[study] = studies.newTicket()
            reviews.append(Review(study: study, finding: finding))
        }
        for study in later { desk.revisable.mark(study) }
        return reviews
    }

    /// Studies were looked at, and what came of it is over.
    ///
    /// - Parameter again: they are to be looked at once more.
    package mutating func endReviews(_ studies: [Pseudonym], again: Bool = false) {
        for study in studies {
            if let ticket = desk.running[study] { desk.free(study, ticket) }
            desk.standing.markOutdated(study)
            if again { desk.revisable.mark(study) }
        }
    }

    /// The partition of the input that owns a study; nil where it is not this worker's.
    private func partition(
        of finding: RevisableFinding, _ placement: StudyPlacement, _ counts: TopicPartitionCounts
    ) -> TopicPartition? {
        let number =
            placement.rule == nil
            ? finding.origin.partition : placement.owner(of: finding.study, counts)
        let place = number.map { TopicPartition(topic: placement.input, partition: $0) }
        return place.flatMap { partitions[$0] == nil ? nil : $0 }
    }

    // MARK: Publishing

    /// What is ordered for a study as it stands.
    package func standing(of study: Pseudonym) -> WorklistStanding { orders.standing(of: study) }

    /// The transaction of revisions. It commits once more where the partitions of their studies
    /// stand: so the group refuses it from a worker that has lost one, and whoever takes one over
    /// waits for its end, and then finds them on the topic of findings.
    ///
    /// - Parameter findings: of studies that are being looked at.
    package func openRevisions(
        _ findings: [Revised], _ placement: StudyPlacement, _ counts: TopicPartitionCounts
    ) -> TransactionPlan {
        var offsets: [TopicPartition: OffsetToCommit] = [:]
        for study in findings.map(\.study) {
            guard let finding = desk.revisable[study],
                let place = partition(of: finding, placement, counts)
            else { continue }
            offsets[place] = partitions[place]?.commit(of: place)
        }
        return TransactionPlan(
            outcomes: [], offsets: Array(offsets.values), revisions: findings)
    }

    /// A transaction of revisions has failed: what was to be said is decided again.
    ///
    /// - Parameter isUnknown: nobody knows whether it was committed: the topic of findings tells.
    package mutating func revisionsFailed(_ studies: [Pseudonym], isUnknown: Bool) {
        guard !studies.isEmpty else { return }
        endReviews(studies, again: true)
        if isUnknown { desk.mark(isCurrent: false) }
    }
}
