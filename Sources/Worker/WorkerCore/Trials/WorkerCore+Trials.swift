package import VigilCore

extension WorkerCore {
    /// What gives way to a record that is tried alone.
    enum Trial: Sendable, Equatable {
        /// Nothing: none is.
        case none
        /// What was begun goes to its end, and nothing else begins.
        case clearing
        /// Nothing runs but this study.
        case alone(StudyTicket)
    }

    /// Lets nothing begin any more until ``endTrials()``.
    package mutating func clearForTrial() {
        if trial == .none { trial = .clearing }
    }

    /// Whether no study is being read or shown to the model.
    package var isClearForTrial: Bool {
        trial == .clearing && line.running.isEmpty && ready.slices.isEmpty
            && !studies.values.contains { study in
                study.progress.isBegun && !study.progress.isAnswered
                    && !line.isDelayed(study.ticket)
            }
    }

    /// Lets this study alone begin.
    package mutating func beginTrial(_ ticket: StudyTicket) { trial = .alone(ticket) }

    /// The study that was tried has its outcome, or its partition was taken away.
    package mutating func endTrial() {
        if case .alone = trial { trial = .clearing }
    }

    /// Lets all go on.
    package mutating func endTrials() { trial = .none }

    /// Whether a decoder may take a study now.
    func mayRun(_ study: StudyInFlight) -> Bool {
        switch trial {
        case .none: true
        case .clearing: study.progress.isBegun
        case .alone(let ticket): study.ticket == ticket
        }
    }

    /// Whether a study is tried alone, which then has one attempt.
    func isTried(_ ticket: StudyTicket) -> Bool { trial == .alone(ticket) }

    /// Whether a record is still to be done.
    package func isNew(_ position: RecordPosition) -> Bool {
        partitions.isNew(position)
    }

    /// Whether a ticket's record is neither answered for good nor forgotten.
    package func isInFlight(_ ticket: StudyTicket) -> Bool { studies[ticket] != nil }

    /// Whether all that was taken in of a partition is done, but what waits for its hour or for
    /// other parts of its study.
    package func isAtRest(_ partition: TopicPartition) -> Bool {
        let parts = Set(desk.members)
        return !studies.values.contains { study in
            study.record.position.topicPartition == partition && !parts.contains(study.ticket)
                && !deferral.queue.contains(study.ticket) && !line.isDelayed(study.ticket)
        }
    }

    // MARK: Counts

    /// Says of partitions whether a record at which workers died may still stand in them, so that
    /// whoever reads on after another death is careful at once.
    package mutating func mark(_ partitions: [TopicPartition], areSuspect: Bool) {
        for partition in partitions { self.partitions[partition]?.isSuspect = areSuspect }
    }

    /// Sets what is known against the first open record of partitions, where it is still the first.
    ///
    /// - Returns: what to commit so that it outlives this worker.
    package mutating func set(_ tallies: [TopicPartition: CrashTally]) -> [OffsetToCommit] {
        tallies.compactMap { partition, tally in
            guard var ledger = partitions[partition], ledger.committable.nextOffset == tally.offset
            else { return nil }
            ledger.tally = tally.isEmpty ? nil : tally
            partitions[partition] = ledger
            return ledger.commit(of: partition)
        }
    }
}
