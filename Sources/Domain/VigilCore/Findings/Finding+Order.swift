extension Finding {
    /// What people ordered for a study, as far as the worker knew when it decided.
    package struct Order: Sendable, Hashable {
        /// The most urgent order so far over all events of the study, this one included, or what an
        /// authorised person lowered it to.
        package let highest: Priority
        /// What the event itself orders; nil for one that orders nothing, as a withdrawal.
        package let ofEvent: Priority?
        /// The most urgent order as it stood before the event; nil when none is known.
        package let before: Priority?
        /// Whether all that was ordered before is known. If not, a reader keeps the more urgent of
        /// ``highest`` and what it has.
        package let isKnown: Bool
        /// The last time that an authorised person lowered it; nil: nobody did since the order
        /// rose.
        package let lowered: Lowering?

        package init(
            highest: Priority, ofEvent: Priority?, before: Priority? = nil, isKnown: Bool = false,
            lowered: Lowering? = nil
        ) {
            self.highest = highest
            self.ofEvent = ofEvent
            self.before = before
            self.isKnown = isKnown
            self.lowered = lowered
        }

        /// Of an event of which alone something is known.
        package init(event priority: Priority) {
            self.init(highest: priority, ofEvent: priority)
        }
    }

    /// How an authorised person lowered an order.
    package struct Lowering: Sendable, Hashable {
        package let from: Priority
        package let to: Priority
        /// The `ce_source` that was authorised to.
        package let source: String
        /// Why, a word in snake case.
        package let reason: String
        package let at: Timestamp

        package init(
            from: Priority, to: Priority, source: String, reason: String, at: Timestamp
        ) {
            self.from = from
            self.to = to
            self.source = source
            self.reason = reason
            self.at = at
        }
    }
}
