package import VigilCore

/// When to look whether any member of the group has the partitions that this one does not have, and
/// when to have them shared out anew. Pure.
package struct UnownedPartitions: Sendable {
    /// So long the group has to share out by itself what was added.
    private static let patience = Duration.seconds(4)
    private static let pauses = Backoff(first: .seconds(10), longest: .seconds(300))

    private var since: MonotonicTime?
    private var notBefore: MonotonicTime?
    private var attempts = 0

    /// Nothing was looked at yet.
    package init() {}

    /// Whether the group is to be asked now.
    ///
    /// - Parameters:
    ///   - known: partitions that the topics have.
    ///   - own: those that this member has.
    package mutating func isDue(
        known: Set<TopicPartition>, own: Set<TopicPartition>, now: MonotonicTime
    ) -> Bool {
        guard !own.isEmpty, !known.isSubset(of: own) else {
            since = nil
            return false
        }
        let begun = since ?? now
        since = begun
        return now - begun >= Self.patience && notBefore.map { $0 <= now } ?? true
    }

    /// Takes the group's answer.
    ///
    /// - Parameters:
    ///   - owned: partitions that any member has.
    ///   - seed: what tells this worker from others, so that not all act at once.
    /// - Returns: whether the partitions are to be shared out anew.
    package mutating func note(
        known: Set<TopicPartition>, owned: Set<TopicPartition>, now: MonotonicTime, seed: UInt64
    ) -> Bool {
        since = nil
        guard !known.isSubset(of: owned) else {
            (attempts, notBefore) = (0, now + Self.pauses.pause(attempt: 2, seed: seed))
            return false
        }
        attempts += 1
        notBefore = now + Self.pauses.pause(attempt: attempts, seed: seed)
        return true
    }
}
