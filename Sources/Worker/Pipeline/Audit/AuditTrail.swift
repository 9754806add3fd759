internal import Audit
internal import KafkaTransport
internal import Signing
internal import Telemetry
internal import VigilCore
internal import Wire

/// The audit log of this worker's slot: a Merkle tree that grows by the leaves of each committed
/// transaction and by nothing else. What a transaction that was aborted or fenced would have added
/// was never in it; of one whose end is not known, the topic tells. The transport thread's alone.
package final class AuditTrail {
    private let context: TransportContext
    private let rules: AuditRules
    private let encoder: AuditEncoder
    /// With all leaves that are committed.
    private var tree = MerkleFrontier()
    /// What is to be told with the next transaction, whatever else it holds.
    private var waiting: [AuditLeaf.Event] = []
    /// How many leaves the newest checkpoint has, and when it was committed.
    private var signed: (size: Int64, at: MonotonicTime)
    /// After a transaction that failed, none is begun for the log's sake before.
    private var notBefore: MonotonicTime
    private var isEnding = false

    private static let pause = Duration.seconds(1)

    /// Nil where no log is kept.
    package init?(_ context: TransportContext) {
        guard let rules = context.audit else { return nil }
        self.context = context
        self.rules = rules
        encoder = AuditEncoder(topic: rules.topic)
        notBefore = context.clock.monotonic()
        signed = (0, notBefore)
    }

    private var now: MonotonicTime { context.clock.monotonic() }

    // MARK: The topic

    /// Reads the tree back once this worker has its transactional id, so that nobody else can add
    /// to it, and notes the start to be told.
    ///
    /// - Returns: why the log cannot be gone on with; nil when it can.
    func open() throws(KafkaError) -> AuditError? {
        let held: Checkpoint?
        do throws(AuditError) {
            held = try CheckpointFile(rules)?.read()
        } catch {
            return error
        }
        switch try AuditReading(context, rules).read(held: held) {
        case .failure(let error): return error
        case .success(let found):
            (tree, signed) = (found.tree, (found.signedSize, now))
            waiting = [
                .start(
                    AuditStart(
                        version: rules.start.version, predecessor: found.predecessor,
                        parts: rules.start.parts))
            ]
            context.telemetry.emit(
                AuditOpened(
                    tree: rules.tree, leaves: tree.size,
                    predecessor: found.predecessor))
            return nil
        }
    }

    /// What the topic says of a transaction whose end is not known, after a new producer has ended
    /// it.
    ///
    /// - Returns: whether the page is part of the tree; nil of a page without leaves.
    func settle(_ page: AuditPage) throws(KafkaError) -> Result<Bool?, AuditError> {
        switch try AuditReading(context, rules).read(held: nil) {
        case .failure(let error): return .failure(error)
        case .success(let found):
            guard page.tree != page.base else { return .success(nil) }
            switch found.tree {
            case page.tree: return .success(true)
            case page.base: return .success(false)
            default:
                return .failure(
                    .forked(tree: "\(rules.tree)", index: page.base.size))
            }
        }
    }

    // MARK: Transactions

    /// The page of the next transaction.
    func page() throws(SigningError) -> AuditPage {
        AuditPage(
            tree, of: rules.tree, events: waiting,
            checkpoint: isCheckpointDue ? try checkpoint() : nil, encoder: encoder)
    }

    /// When a transaction is to be begun for the log's sake, if none is for another one.
    var nextDue: MonotonicTime? {
        if !waiting.isEmpty { return notBefore }
        guard tree.size > signed.size else { return nil }
        return max(notBefore, isEnding ? notBefore : signed.at + rules.interval)
    }

    private var isCheckpointDue: Bool {
        guard tree.size > signed.size else { return false }
        return isEnding ? waiting.isEmpty : now >= signed.at + rules.interval
    }

    private func checkpoint() throws(SigningError) -> AuditCheckpoint {
        let note = try Checkpoint(origin: rules.tree.text, tree).signed(by: rules.key)
        return AuditCheckpoint(
            tree: rules.tree, size: tree.size, peaks: tree.peaks, note: note.text)
    }

    /// A page's transaction is committed.
    ///
    /// - Throws: when the checkpoint's file cannot be written.
    func adopt(_ page: AuditPage) throws(AuditError) {
        if page.tree != page.base, signed.size == page.base.size { signed.at = now }
        let added = page.tree.size - tree.size
        tree = page.tree
        waiting.removeFirst(min(waiting.count, page.events.count))
        if let checkpoint = page.checkpoint {
            signed = (checkpoint.size, now)
            try CheckpointFile(rules)?.write(checkpoint.note)
        }
        context.telemetry.emit(
            AuditCommitted(leaves: added, size: tree.size, signed: page.checkpoint?.size))
    }

    /// A page's transaction is not committed, and the page is thrown away.
    func reject() { notBefore = now + Self.pause }

    /// The worker ends in order: the next page tells so, and the one after it is a checkpoint of
    /// all.
    func end() {
        waiting.append(.stop)
        isEnding = true
    }
}
