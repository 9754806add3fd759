internal import Audit
internal import Synchronization
internal import VigilCore
internal import Wire

/// The leaves of one transaction: written by the publishing thread, and part of the tree once the
/// transaction is committed. If it is not, the page is thrown away and leaves nothing behind.
package final class AuditPage: Sendable {
    /// The tree before it.
    let base: MerkleFrontier
    /// What is told before the transaction's outcomes: a start, or a stop.
    let events: [AuditLeaf.Event]
    /// A checkpoint of ``base``; nil while none is due.
    let checkpoint: AuditCheckpoint?
    private let name: AuditTreeName
    private let encoder: AuditEncoder
    private let written: Mutex<MerkleFrontier>

    init(
        _ base: MerkleFrontier, of name: AuditTreeName, events: [AuditLeaf.Event],
        checkpoint: AuditCheckpoint?, encoder: AuditEncoder
    ) {
        self.base = base
        self.events = events
        self.checkpoint = checkpoint
        self.name = name
        self.encoder = encoder
        written = Mutex(base)
    }

    /// The tree with the page's leaves.
    var tree: MerkleFrontier { written.withLock { $0 } }

    /// What stands before the transaction's outcomes.
    func opening(at time: Timestamp) -> [OutboundRecord] {
        [checkpoint.map { encoder.encode($0, time: time) }].compactMap { $0 }
            + events.map { leaf($0, at: time) }
    }

    /// Writes a leaf down.
    ///
    /// - Returns: its record, which belongs into the page's transaction, after those before it.
    func leaf(_ event: AuditLeaf.Event, at time: Timestamp) -> OutboundRecord {
        written.withLock { tree in
            let leaf = AuditLeaf(tree: name, index: tree.size, at: time, event: event)
            let bytes = leaf.bytes
            tree.append(MerkleHash.leaf(bytes))
            return encoder.encode(leaf, bytes)
        }
    }
}
