package import VigilCore

/// The records at which workers may have died. The first of each partition concerned is tried
/// alone, one after the other, while nothing else is taken in; then these partitions are read in
/// steps that double, since the record that kills may stand further behind and be more urgent. So
/// each death brings it at least half way nearer to being the first. Pure; the transport thread's.
package struct Probation: Sendable {
    /// Records of a partition that is read in steps of which none are worked on yet.
    private static let keptMax = 64
    /// A step of this size is as good as none: no more are in flight by default.
    private static let stepMax = 256

    /// How a partition is read in steps.
    private struct Steps {
        /// Records in the step under way, and those of them not taken in yet.
        var size = 1
        var left = 0
    }

    /// Partitions whose next record is a suspect.
    private var suspects: [TopicPartition: CrashTally] = [:]
    private var steps: [TopicPartition: Steps] = [:]
    /// What was read already, in the order in which it came.
    private var kept: [InboundRecord] = []
    /// Partitions in which nothing stood behind what was read when it was last told.
    private var ended: Set<TopicPartition> = []
    /// The one that is tried now.
    private var tried: (ticket: StudyTicket, partition: TopicPartition)?
    /// The counts as they were committed before this stay, by which it is taken back in the end.
    private var before: [TopicPartition: CrashTally] = [:]

    package init() {}

    /// Whether nothing is to be tried alone, and what was held out meanwhile was let go on.
    package private(set) var isOver = true

    /// The study that is tried now.
    package var ticket: StudyTicket? { tried?.ticket }

    // MARK: Partitions

    /// Partitions were taken over, with the counts that an earlier owner committed of them.
    package mutating func assign(_ tallies: [TopicPartition: CrashTally]) {
        for (partition, tally) in tallies {
            before[partition] = tally
            guard tally.verdict != .clear else { continue }
            suspects[partition] = tally
            isOver = false
        }
    }

    /// Partitions are given back: nothing of them is tried or taken in.
    package mutating func leave(_ partitions: [TopicPartition]) {
        for partition in partitions {
            before[partition] = nil
            suspects[partition] = nil
            steps[partition] = nil
            ended.remove(partition)
            if tried?.partition == partition { tried = nil }
        }
        kept.removeAll { partitions.contains($0.position.topicPartition) }
    }

    /// The counts of before this stay, of partitions that are left in order.
    package func countsBefore(_ partitions: [TopicPartition]) -> [TopicPartition: CrashTally] {
        before.filter { partitions.contains($0.key) }
    }

    /// Nothing is known against a partition's next record any more.
    package mutating func clear(_ partition: TopicPartition) { suspects[partition] = nil }

    /// Nothing stands in a partition beyond what was read.
    package mutating func reachedEnd(of partition: TopicPartition) {
        ended.insert(partition)
        clearEnded()
    }

    /// Where nothing is left to be read, there is nothing to be tried.
    private mutating func clearEnded() {
        for partition in ended where count(of: partition) == 0 && tried?.partition != partition {
            clear(partition)
        }
    }

    private func count(of partition: TopicPartition) -> Int {
        kept.count { $0.position.topicPartition == partition }
    }

    // MARK: Records

    /// Whether a partition is to be read now.
    package func wants(_ partition: TopicPartition) -> Bool {
        if suspects[partition] != nil {
            return count(of: partition) == 0 && tried?.partition != partition
        }
        return isOver && (steps[partition] == nil || count(of: partition) < Self.keptMax)
    }

    /// Partitions that are read in steps.
    package var stepped: [TopicPartition] { Array(steps.keys) }

    /// Whether a record is kept until its turn comes.
    package func keeps(_ partition: TopicPartition) -> Bool { !isOver || steps[partition] != nil }

    /// Keeps a record until its turn comes.
    package mutating func keep(_ record: InboundRecord) {
        kept.append(record)
        ended.remove(record.position.topicPartition)
    }

    /// The record to be tried next and what is known against it; nil while none was read.
    ///
    /// - Parameter isNew: whether a record is not done yet.
    package mutating func next(
        where isNew: (RecordPosition) -> Bool
    ) -> (record: InboundRecord, tally: CrashTally)? {
        kept.removeAll { suspects[$0.position.topicPartition] != nil && !isNew($0.position) }
        clearEnded()
        for record in kept {
            if let tally = suspects[record.position.topicPartition] { return (record, tally) }
        }
        return nil
    }

    /// Begins to try a record.
    package mutating func begin(_ ticket: StudyTicket, _ record: InboundRecord) {
        kept.removeAll { $0.position == record.position }
        tried = (ticket, record.position.topicPartition)
    }

    /// The record that was tried has its outcome, which is committed.
    package mutating func passed() {
        if let partition = tried?.partition {
            suspects[partition] = nil
            steps[partition] = Steps()
        }
        tried = nil
    }

    /// Lets the partitions go on of which nothing is suspected, when all suspects were tried.
    ///
    /// - Returns: what came of them meanwhile; nil when it is not so far.
    package mutating func end() -> [InboundRecord]? {
        guard suspects.isEmpty, tried == nil else { return nil }
        isOver = true
        defer { kept.removeAll { steps[$0.position.topicPartition] == nil } }
        return kept.filter { steps[$0.position.topicPartition] == nil }
    }

    /// What is to be taken in now of partitions that are read in steps.
    ///
    /// - Parameter isAtRest: whether all of a partition that was taken in is done.
    /// - Returns: the records, and the partitions that are read as all others from now on.
    package mutating func nextStep(
        where isAtRest: (TopicPartition) -> Bool
    ) -> (records: [InboundRecord], free: [TopicPartition]) {
        var (taken, free): ([InboundRecord], [TopicPartition]) = ([], [])
        for (partition, step) in steps {
            var step = step
            let waiting = kept.filter { $0.position.topicPartition == partition }
            if step.left == 0 || waiting.isEmpty, isAtRest(partition) {
                step.size *= 2
                step.left = step.size
                if step.size > Self.stepMax || ended.contains(partition) && waiting.isEmpty {
                    free.append(partition)
                    step.left = waiting.count
                }
            }
            let chosen = waiting.prefix(step.left)
            step.left -= chosen.count
            taken += chosen
            steps[partition] = free.contains(partition) ? nil : step
        }
        let positions = Set(taken.map(\.position))
        kept.removeAll { positions.contains($0.position) }
        return (taken, free)
    }
}
