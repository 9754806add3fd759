internal import VigilCore

/// The partitions of this worker, and which of their records are done. Pure; a part of
/// ``WorkerCore``.
struct PartitionLedgers: Sendable {
    private var ledgers: [TopicPartition: OffsetLedger] = [:]
    /// Topics that are not there now: no offset of theirs can be committed.
    var suspended: Set<String> = []

    /// None.
    init() {}

    var isEmpty: Bool { ledgers.isEmpty }
    /// All of them, in no order.
    var all: [TopicPartition: OffsetLedger] { ledgers }
    /// Those that have to stand still until their first open record is done.
    var full: [TopicPartition] { ledgers.filter { $1.isFull }.map(\.key) }

    subscript(partition: TopicPartition) -> OffsetLedger? {
        get { ledgers[partition] }
        set { ledgers[partition] = newValue }
    }

    /// Whether a record is of a partition of ours and still to be done.
    func isNew(_ position: RecordPosition) -> Bool {
        ledgers[position.topicPartition].map { !$0.shouldSkip(position.offset) } ?? false
    }

    /// Takes a new record in.
    mutating func begin(_ position: RecordPosition) {
        ledgers[position.topicPartition]?.begin(position.offset)
    }

    /// Whether a commit can tell of a record now; of one of another's partition nothing is to be
    /// told.
    func canReach(_ position: RecordPosition) -> Bool {
        ledgers[position.topicPartition]?.canReach(position.offset) ?? true
    }

    /// A record is done for good.
    mutating func complete(_ position: RecordPosition) {
        ledgers[position.topicPartition]?.complete(position.offset)
    }

    /// The ledgers of these records' partitions with all of them done; nil when a commit cannot
    /// tell of them yet.
    ///
    /// - Parameter touched: ledgers with what else is to be published done.
    func completing(
        _ positions: [RecordPosition], _ touched: [TopicPartition: OffsetLedger]
    ) -> [TopicPartition: OffsetLedger]? {
        var changed: [TopicPartition: OffsetLedger] = [:]
        for position in positions.sorted(by: { $0.offset < $1.offset }) {
            let place = position.topicPartition
            guard !suspended.contains(place.topic),
                var ledger = changed[place] ?? touched[place] ?? ledgers[place],
                ledger.canReach(position.offset)
            else { return nil }
            ledger.complete(position.offset)
            changed[place] = ledger
        }
        return changed
    }
}
