internal import VigilCore

/// One study as the page shows it: by its pseudonym, without its UID and without anything that its
/// sender wrote.
struct WorklistRow: Sendable {
    /// What a person may judge: one answer of the record.
    struct Answer: Sendable, Hashable {
        let code: String
        let isFlagged: Bool
    }

    /// Which record it was made of.
    struct Version: Sendable, Hashable {
        let finding: UUIDv5
        let revision: Int
        let digest: Digest
        let published: Timestamp
        let position: RecordPosition
    }

    let study: Pseudonym
    let version: Version
    /// What the record says was ordered, and what the worklist is to use.
    private let recordOrdered: Priority
    private let recordEffective: Priority
    /// What the topic of orders says was ordered; nil: nothing.
    var floor: Priority?
    let deadline: Timestamp?
    let urgency: Float?
    let answers: [Answer]
    /// Members of the row's JSON that hang on the record alone, without braces.
    let detail: [UInt8]

    /// - Parameters:
    ///   - digest: the record's own, as it tells it.
    ///   - known: the row of the same study so far. Where the record says that not all that was
    ///     ordered is known, the more urgent order stands.
    ///   - floor: what the topic of orders says of the study.
    init(
        _ finding: Finding, digest: Digest, published: Timestamp, at position: RecordPosition,
        known: WorklistRow?, floor: Priority?
    ) {
        study = finding.pseudonym
        version = Version(
            finding: finding.findingID, revision: finding.revision?.number ?? 1, digest: digest,
            published: published, position: position)
        var ordered = finding.priority.ordered
        if !finding.priority.order.isKnown, let known {
            ordered = min(ordered, known.recordOrdered)
        }
        recordOrdered = ordered
        recordEffective = min(finding.priority.effective, ordered)
        self.floor = floor
        deadline = finding.run.deadline
        urgency = finding.urgency.flatMap { $0.isFinite ? $0 : nil }
        answers = finding.findings.map { Answer(code: $0.code, isFlagged: $0.answer == .flagged) }
        detail = RowDetail.members(of: finding)
    }

    /// What people ordered: the more urgent of what the record and the topic of orders say.
    var ordered: Priority { floor.map { min($0, recordOrdered) } ?? recordOrdered }

    /// What the worklist uses, never less urgent than what was ordered.
    var effective: Priority { min(recordEffective, ordered) }

    /// Whether this record came after another of the same study. Offsets tell it within a
    /// partition; of a topic that was made anew, or with more partitions, the time does.
    static func isNewer(_ version: Version, than other: Version) -> Bool {
        let isSamePlace = version.position.topicPartition == other.position.topicPartition
        if isSamePlace, version.position.offset > other.position.offset { return true }
        return version.published > other.published
    }

    /// What rows are sorted by, the most urgent first: priority, then the deadline, then how urgent
    /// the images look, then who waits longest. A row without a deadline stands after those of its
    /// priority that have one.
    var key: [Double] {
        [
            Double(effective.rank),
            deadline.map { Double($0.milliseconds) } ?? Self.farthest,
            -Double(urgency ?? 0), Double(version.published.milliseconds),
        ]
    }

    /// Beyond all deadlines, in milliseconds, and still whole in a double.
    private static let farthest = 9e15

    /// Whether it stands before another.
    func precedes(_ other: WorklistRow) -> Bool {
        for (mine, theirs) in zip(key, other.key) where mine != theirs { return mine < theirs }
        return study.safeText < other.study.safeText
    }

    /// The row's JSON under a number of its change.
    func json(number: UInt64) -> [UInt8] {
        let head: JSONValue = [
            "study": .string(study.safeText), "number": .integer(Int64(number)),
            "key": .array(key.map { .number($0) }), "ordered": .string(ordered.rawValue),
            "effective": .string(effective.rawValue), "revision": .integer(Int64(version.revision)),
            "digest": .string(version.digest.hex),
            "published": .integer(version.published.milliseconds),
        ]
        return JSONWriter.bytes(head).dropLast() + [UInt8(ascii: ",")] + detail
            + [UInt8(ascii: "}")]
    }
}
