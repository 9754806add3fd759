/// What persons have ordered for one study so far: the most urgent of all its events since a person
/// with the right last lowered it. What the topic `radiology.worklist.order.v1` holds, one record
/// under each study's pseudonym.
package struct WorklistOrder: Sendable, Hashable {
    /// The most urgent order.
    package let highest: Priority
    /// The last lowering; nil when there was none.
    package let lowering: Lowering?
    /// Where the events of the ``UnmergedOrder``s stood that are part of it.
    package let merged: [Priority: RecordPosition]

    /// An order taken back to a less urgent one.
    package struct Lowering: Sendable, Hashable {
        /// How many there were, this one included; from 1.
        package let number: Int
        package let from: Priority
        package let to: Priority
        /// The source that had the right, and the word that it gave for the reason.
        package let source: String
        package let reason: String
        /// When the event was sent.
        package let at: Timestamp
        /// Where the event stood that lowered. What stands before it in its partition is older, and
        /// does not raise again.
        package let position: RecordPosition

        package init(
            number: Int, from: Priority, to: Priority, source: String, reason: String,
            at: Timestamp, position: RecordPosition
        ) {
            self.source = source
            self.at = at
            self.number = number
            self.from = from
            self.to = to
            self.reason = reason
            self.position = position
        }
    }

    package init(
        highest: Priority, lowering: Lowering? = nil, merged: [Priority: RecordPosition] = [:]
    ) {
        self.highest = highest
        self.lowering = lowering
        self.merged = merged
    }

    private var lowerings: Int { lowering?.number ?? 0 }

    /// One order out of two that are known of one study: that of the later lowering, else the more
    /// urgent. The same in any order, but for what of equal ones is merged: there the other counts
    /// as the later.
    package func merged(with other: WorklistOrder) -> WorklistOrder {
        if lowerings != other.lowerings { return lowerings > other.lowerings ? self : other }
        return highest < other.highest ? self : other
    }

    /// The order with one more event's.
    package func ordered(_ priority: Priority, at position: RecordPosition) -> WorklistOrder {
        if let lowered = lowering?.position, lowered.topic == position.topic,
            lowered.partition == position.partition, position.offset < lowered.offset
        {
            return self
        }
        return WorklistOrder(
            highest: min(highest, priority), lowering: lowering, merged: merged)
    }

    /// The order with what was told beside it; unchanged where that is part of it already, and was
    /// perhaps lowered since.
    package func including(_ other: UnmergedOrder) -> WorklistOrder {
        guard merged[other.priority] != other.position else { return self }
        let whole = ordered(other.priority, at: other.position)
        return WorklistOrder(
            highest: whole.highest, lowering: whole.lowering,
            merged: merged.merging([other.priority: other.position]) { $1 })
    }

    /// The order taken back; unchanged when it is not more urgent, or when the event that lowers is
    /// the one that did so last.
    package func lowered(
        to priority: Priority, by source: String, reason: String, at position: RecordPosition,
        time: Timestamp
    ) -> WorklistOrder {
        guard highest < priority, lowering?.position != position else { return self }
        let (number, isTooMany) = lowerings.addingReportingOverflow(1)
        guard !isTooMany else { return self }
        return WorklistOrder(
            highest: priority,
            lowering: Lowering(
                number: number, from: highest, to: priority, source: source, reason: reason,
                at: time, position: position),
            merged: merged)
    }
}
