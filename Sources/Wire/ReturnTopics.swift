package import VigilCore

/// The topics that workers write events to for themselves: to try a study again, to let it wait for
/// a cleaner hour, and to give it to the worker that owns it.
package struct ReturnTopics: Sendable, Hashable {
    /// Where studies go that failed in a passing way.
    package let retries: RetryTopics
    /// Where studies wait for a cleaner hour.
    package let deferrals: DeferralTopic
    /// Where events go that were placed elsewhere than in their study's partition.
    package let placed: PlacedTopics

    package init(retries: RetryTopics, deferrals: DeferralTopic, placed: PlacedTopics) {
        self.retries = retries
        self.deferrals = deferrals
        self.placed = placed
    }

    /// Their names.
    package var names: [String] { retries.names + [deferrals.name] + placed.names }

    /// The record as it first stood on a topic of senders, for everything that tells of it.
    package func original(of record: InboundRecord) -> InboundRecord {
        placed.original(of: deferrals.original(of: retries.original(of: record)))
    }

    /// The record that puts an event into the next retry topic; nil after the last. See
    /// ``RetryTopics/next(_:partition:attempts:first:now:)``.
    package func next(
        _ record: InboundRecord, partition: Int32?, attempts: Int, first: Timestamp, now: Timestamp
    ) -> OutboundRecord? {
        // What stands in a retry topic has a note of its own, with which it goes on.
        retries.next(
            placed.original(of: deferrals.original(of: record)), partition: partition,
            attempts: attempts, first: first, now: now)
    }
}
