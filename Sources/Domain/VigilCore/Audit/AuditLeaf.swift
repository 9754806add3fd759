/// What an audit log tells of: one thing that a worker did, by closed words, numbers, digests,
/// pseudonyms and names of topics. No member can hold a name, a UID or a sentence.
package struct AuditLeaf: Sendable, Hashable {
    /// What happened.
    package enum Event: Sendable, Hashable {
        /// A worker began.
        case start(AuditStart)
        /// It ended in order; of one that was killed there is none, and its successor says so.
        case stop
        /// A study, or an event, has its outcome.
        case outcome(AuditOutcome)
        /// The topic of orders learnt what persons ordered.
        case orders([Record])
    }

    /// A record of the same transaction.
    package struct Record: Sendable, Hashable {
        package let topic: SafeText
        /// SHA-256 of its value; nil of a tombstone.
        package let digest: Digest?

        package init(topic: SafeText, digest: Digest?) {
            self.topic = topic
            self.digest = digest
        }
    }

    /// The longest leaf, in bytes: what a bundle of C2SP tlog-tiles can hold.
    package static let bytesMax = 65_535
    /// Events or records that one leaf tells of at most, so that it stays within ``bytesMax`` with
    /// the longest names of topics; what has more has several leaves.
    package static let itemsMax = 64

    /// The log that it belongs to.
    package let tree: AuditTreeName
    /// Where it stands in the tree, from 0.
    package let index: Int64
    /// By the worker's clock.
    package let at: Timestamp
    package let event: Event

    package init(tree: AuditTreeName, index: Int64, at: Timestamp, event: Event) {
        self.tree = tree
        self.index = index
        self.at = at
        self.event = event
    }
}
