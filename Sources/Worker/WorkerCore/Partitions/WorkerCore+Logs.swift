package import VigilCore

extension WorkerCore {
    /// What of each partition is not answered, as far as the ledgers know: how many records were
    /// taken and not answered, from where on none was taken, and how many from there on an earlier
    /// owner has answered.
    package var backlogs: [TopicPartition: (open: Int, unread: Int64, doneAhead: Int)] {
        partitions.all.mapValues { ($0.openCount, $0.nextUnread, $0.doneAheadCount) }
    }

    /// Notes by which records the logs are known again; they stand in the commits from now on.
    package mutating func note(_ marks: [TopicPartition: RecordFingerprint]) {
        for (partition, mark) in marks { partitions[partition]?.mark = mark }
    }

    /// Holds the outcomes of topics back that are not there now: no offset of theirs can be
    /// committed. All others go on.
    package mutating func suspend(_ topics: Set<String>) { partitions.suspended = topics }

    /// The records of these partitions are gone from Kafka. What is in flight of them is answered
    /// all the same, and no offset goes with it: nobody else could do it any more.
    package mutating func detach(_ partitions: [TopicPartition]) {
        let gone = Set(partitions)
        for study in Array(studies.values) {
            guard gone.contains(study.record.position.topicPartition) else { continue }
            var study = study
            study.route.isDetached = true
            studies.update(study)
        }
        // What comes under these names from now on is of another log.
        desk.close(with: gone)
    }

    /// The log of a partition was made anew, and is read from its beginning. What is in flight of
    /// the old one is answered without an offset.
    ///
    /// - Parameter taken: offsets of records that this worker took, and that the new log has: those
    ///   that are answered are not read again, those that are in flight are.
    package mutating func startAnew(
        _ partition: TopicPartition, from start: Int64, taken: Set<Int64>
    ) {
        let inFlight = studies.values.filter {
            !$0.isDetached && $0.record.position.topicPartition == partition
        }
        let again = inFlight.filter {
            $0.part == nil && taken.contains($0.record.position.offset)
                && !outbox.isPublishing($0.ticket)
        }
        forget(again)
        detach([partition])
        let open = Set(inFlight.map(\.record.position.offset))
        partitions[partition] = OffsetLedger(start: start, done: taken.subtracting(open))
    }
}
