package import KafkaTransport
package import VigilCore
internal import WorkerCore

/// Which partitions are read now: those that there is room for, that wait for no hour, and that are
/// not to be read from elsewhere first. The transport thread's alone.
package final class PartitionFlow {
    private let work: LockedCore
    private let member: GroupMember
    /// Partitions of retry topics whose next records are not due before these times.
    private var heldUntil: [TopicPartition: MonotonicTime] = [:]
    /// Where partitions begin whose logs were made anew, until the client has gone there.
    private var starts: [TopicPartition: Int64] = [:]

    package init(_ context: TransportContext, member: GroupMember) {
        work = context.work
        self.member = member
    }

    // MARK: Waiting for an hour

    /// Reads nothing more of a partition before its next record is due.
    func hold(_ partition: TopicPartition, until due: MonotonicTime) {
        heldUntil[partition] = due
    }

    /// Partitions wait for no hour any more.
    func release(_ partitions: [TopicPartition]) {
        for partition in partitions { heldUntil[partition] = nil }
    }

    /// When the next one is due.
    var nextDue: MonotonicTime? { heldUntil.values.min() }

    // MARK: Room

    /// Stops and goes on reading, as it is decided.
    ///
    /// - Parameter isWanted: whether a partition is to be read at all.
    func apply(now: MonotonicTime, where isWanted: (TopicPartition) -> Bool) throws(KafkaError) {
        let limits = work.decide { $0.limits }
        for lane in IntakeLane.allCases {
            func isOfLane(_ place: TopicPartition) -> Bool {
                limits.intake.lane(of: place.topic) == lane
            }
            switch work.decide({ $0.flowChange(lane) }) {
            case .pause: try member.pause(member.assignment.filter(isOfLane))
            case .resume:
                try member.resume(member.paused.filter { isOfLane($0) && isWanted($0) })
            case nil: break
            }
        }
        // The records of a retry topic are due in the order in which they stand, so it is enough to
        // wait for the last one that was read.
        for (partition, due) in heldUntil where due <= now {
            heldUntil[partition] = nil
            let lane = limits.intake.lane(of: partition.topic)
            if !work.decide({ $0.isPaused(lane) }) { try member.resume([partition]) }
        }
        try member.pause(heldUntil.keys)
    }

    /// Stops those that have no room now.
    func pauseFull(_ partitions: [TopicPartition]) throws(KafkaError) {
        try member.pause(
            work.decide { core in
                partitions.filter { core.isPaused(core.limits.intake.lane(of: $0.topic)) }
            })
    }

    /// Reads the partitions alone that are wanted.
    func keepOthersOut(where isWanted: (TopicPartition) -> Bool) throws(KafkaError) {
        try member.pause(member.assignment.filter { !isWanted($0) })
        try member.resume(member.paused.filter { isWanted($0) && !isHeldBack($0) })
    }

    /// Whether a partition waits for room or for the hour of its next record.
    private func isHeldBack(_ partition: TopicPartition) -> Bool {
        heldUntil[partition] != nil
            || work.decide { $0.isPaused($0.limits.intake.lane(of: partition.topic)) }
    }

    // MARK: Logs made anew

    /// A partition is to be read from elsewhere; what still comes of it comes again then.
    package func restart(_ partition: TopicPartition, at start: Int64) {
        starts[partition] = start
        heldUntil[partition] = nil
    }

    /// Whether what comes of a partition comes again.
    func isToRestart(_ partition: TopicPartition) -> Bool { starts[partition] != nil }

    /// Goes to the beginning of logs that were made anew, as soon as the client can.
    package func seekStarts() throws(KafkaError) {
        starts = starts.filter { member.assignment.contains($0.key) }
        guard !starts.isEmpty else { return }
        do throws(KafkaError) {
            try member.seek(to: starts)
            starts = [:]
        } catch {
            guard error.isRetriable || error.isUnknownTopic else { throw error }
        }
    }
}
