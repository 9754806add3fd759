internal import Audit
internal import KafkaTransport
internal import Processes
internal import Signing
internal import VigilCore
internal import Wire

/// Reads this worker's tree back from what is committed of it. The transport thread's alone.
struct AuditReading {
    /// What stands in the topic.
    struct Found {
        let tree: MerkleFrontier
        let signedSize: Int64
        let predecessor: AuditStart.Predecessor
    }

    /// Records that are read at first, from the topic's end; more while no checkpoint is among
    /// them.
    private static let recordsFirst: Int64 = 4096
    private static let recordsPerRound = 256

    private let context: TransportContext
    private let rules: AuditRules

    init(_ context: TransportContext, _ rules: AuditRules) {
        self.context = context
        self.rules = rules
    }

    /// Reads up to the topic's end as it is now, with other workers' open transactions awaited:
    /// behind them committed leaves of this tree may stand. Blocks.
    ///
    /// - Parameter held: a checkpoint of the tree that is kept outside of the topic.
    func read(held: Checkpoint?) throws(KafkaError) -> Result<Found, AuditError> {
        let place = TopicPartition(topic: rules.topic, partition: AuditEncoder.partition)
        let ends = try context.clients.ends(of: rules.topic, timeout: .seconds(5))
        let end = ends[place] ?? 0
        var count = Self.recordsFirst
        while true {
            let start = max(0, end - count)
            var rebuild = TreeRebuild(
                rules.tree, key: rules.key.verifying, held: held, isFromStart: start == 0)
            var last: AuditLeaf.Event?
            try follow(place, from: start) { record in
                switch try? AuditRecord.read(record) {
                case .leaf(let leaf, let bytes) where leaf.tree == rules.tree:
                    rebuild.take(leaf: bytes, at: leaf.index)
                    last = leaf.event
                case .checkpoint(let one) where one.tree == rules.tree:
                    rebuild.take(checkpoint: one.note, size: one.size, peaks: one.peaks)
                case .leaf, .checkpoint, nil: break
                }
            }
            if start == 0 || rebuild.isRooted && last != nil {
                return Result { () throws(AuditError) in
                    Found(
                        tree: try rebuild.finish(), signedSize: rebuild.signedSize,
                        predecessor: Self.predecessor(last))
                }
            }
            count *= 8
        }
    }

    private static func predecessor(_ last: AuditLeaf.Event?) -> AuditStart.Predecessor {
        switch last {
        case nil: .none
        case .stop: .stopped
        case .start, .outcome, .orders: .vanished
        }
    }

    private func follow(
        _ place: TopicPartition, from start: Int64, _ take: (InboundRecord) -> Void
    ) throws(KafkaError) {
        let (clock, wakeUp) = (context.clock, context.work.transport)
        // What else was signalled meanwhile is to be looked at.
        defer { wakeUp.signal() }
        var table = TopicTable(
            [rules.topic], clients: context.clients, wakeUp: wakeUp, now: clock.monotonic())
        table.skip(to: [place: start])
        let deadline = clock.monotonic() + context.clients.configuration.transactionTimeout * 2
        while true {
            let isOver = try table.follow(
                max: Self.recordsPerRound, now: clock.monotonic()
            ) { record in
                if record.position.topicPartition == place { take(record) }
            }
            if isOver { return }
            guard clock.monotonic() < deadline else {
                throw KafkaError.timedOut(operation: "audit_read")
            }
            // An error of poll(2) ends the wait, and the topic is read on.
            try? context.threads.wait(for: [wakeUp], until: clock.monotonic() + .milliseconds(100))
        }
    }
}
