import SimulationKit
import VigilCore

/// A log with partitions, committed offsets and published outcomes: what a broker promises and no
/// more.
struct SimulatedBroker {
    /// What a group has committed of a partition.
    struct Commit {
        var nextOffset: Int64
        var metadata: String
    }

    /// The records of each partition; offsets have gaps, as transaction markers leave them, and
    /// now and then a gap wider than a commit can tell of, as deleted records do.
    let offsets: [TopicPartition: [Int64]]
    /// What is committed of each.
    var commits: [TopicPartition: Commit] = [:]
    /// The committed outcomes: position -> how often.
    var published: [RecordPosition: Int] = [:]
    /// Which worker the group gave each partition to; others are refused.
    var owners: [TopicPartition: Int] = [:]

    /// - Parameter topics: each has as many partitions and records.
    init(
        partitions: Int, records: Int, topics: [String] = ["in"],
        generator: inout SimulationGenerator
    ) {
        offsets = generator.offsets(partitions: partitions, records: records, topics: topics)
    }

    /// All of them, in order.
    var partitions: [TopicPartition] { offsets.keys.sorted() }

    /// What the next owner of a partition starts from.
    func ledger(of partition: TopicPartition) -> OffsetLedger {
        guard let commit = commits[partition] else { return OffsetLedger() }
        return OffsetLedger(nextOffset: commit.nextOffset, metadata: commit.metadata)
    }

    /// The position in the log at which fetching starts.
    func fetchStart(of partition: TopicPartition) -> Int64 {
        commits[partition]?.nextOffset ?? 0
    }

    /// Whether the group takes these offsets from a worker.
    func allows(_ worker: Int, _ offsets: [OffsetToCommit]) -> Bool {
        offsets.allSatisfy { owners[$0.partition] == worker }
    }

    /// What the group has of some partitions.
    func committed(_ partitions: [TopicPartition]) -> [CommittedOffset] {
        partitions.map { partition in
            CommittedOffset(
                partition: partition, nextOffset: commits[partition]?.nextOffset,
                metadata: commits[partition]?.metadata ?? "")
        }
    }

    /// Publishes outcomes and commits offsets in one step.
    mutating func commit(positions: [RecordPosition], offsets: [OffsetToCommit]) {
        for position in positions {
            published[position, default: 0] += 1
        }
        for offset in offsets {
            commits[offset.partition] = Commit(
                nextOffset: offset.nextOffset, metadata: offset.metadata)
        }
    }
}
