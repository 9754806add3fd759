package import VigilCore

/// Which of two studies goes first, wherever studies wait: for a decoder, for the model, between
/// two layers, for a transaction. The more urgent clinical rank, then the one due earlier, then the
/// one that came first. Pure.
///
/// A large study stands in its rank as if it were due later (``putOff(instances:spent:)``), so that
/// a small one that comes while it is worked on is not held up by all of it, and yet nothing that
/// comes much later overtakes it for ever.
package struct StudyTurn: Sendable, Hashable, Comparable {
    /// The priority that a person ordered.
    package let priority: Priority
    /// When the finding must be out, and when it is taken to be due by its size.
    package let deadline: MonotonicTime
    package let due: MonotonicTime
    private let number: UInt64

    /// Where a study stands.
    ///
    /// - Parameter spent: what decoders took over it so far.
    package init(
        _ ticket: StudyTicket, priority: Priority, deadline: MonotonicTime, instances: Int,
        spent: Duration
    ) {
        self.priority = priority
        self.deadline = deadline
        due = deadline + Self.putOff(instances: instances, spent: spent)
        number = ticket.number
    }

    package static func < (left: StudyTurn, right: StudyTurn) -> Bool {
        (left.priority.rank, left.due, left.number)
            < (right.priority.rank, right.due, right.number)
    }

    /// Of each instance beyond the first: longer than any model takes over an image, so that a
    /// study that comes while a large one runs goes before the rest of it.
    private static let anInstance = Duration.seconds(1)
    /// Times what decoders took already: files that are slow to read hold up nobody but themselves.
    private static let spentFactor = 10
    /// The most: so late must one come at the latest to be overtaken by nobody.
    private static let most = Duration.seconds(600)

    /// How much later than its deadline a study is taken to be due.
    package static func putOff(instances: Int, spent: Duration) -> Duration {
        let more = max(0, min(instances, 10_000) - 1)
        let used = min(spent, most) * spentFactor
        return min(anInstance * more + used, most)
    }
}

/// The rule between the ranks.
enum RankRule {
    /// What is to be known of those of one rank that wait.
    struct Waiting {
        let priority: Priority
        /// The deadline of the one that goes first.
        let first: MonotonicTime
        /// Whether all are past their deadlines.
        let areAllLate: Bool
    }

    /// Which rank is served now: the most urgent one. Only where every study of all more urgent
    /// ranks is past its deadline, and none of them is `stat`, one of a lower rank goes first that
    /// is past its own and was due before them.
    ///
    /// - Parameter ranks: those in which something waits, the most urgent first.
    static func served(_ ranks: [Waiting], now: MonotonicTime) -> Priority? {
        guard var best = ranks.first else { return nil }
        guard best.priority != .stat else { return .stat }
        for (before, rank) in zip(ranks, ranks.dropFirst()) {
            guard before.areAllLate else { break }
            if rank.first < now, rank.first < best.first { best = rank }
        }
        return best.priority
    }
}
