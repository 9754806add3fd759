import Audit
import Signing
import VigilCore
import Wire

/// All logs of a topic or an export, each checked by itself.
struct AuditLogs {
    private let keys: [VerifyingKey]
    private var histories: [AuditTreeName: AuditHistory] = [:]
    /// Records that belong to no log.
    private(set) var strays = 0

    /// - Parameter keys: those that are believed.
    init(keys: [VerifyingKey]) { self.keys = keys }

    /// By name.
    var all: [(name: AuditTreeName, history: AuditHistory)] {
        histories.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Whether nothing is wrong with any.
    var areGood: Bool { strays == 0 && histories.values.allSatisfy(\.faults.isEmpty) }

    /// The history of one log; nil of one that is not there.
    func history(of name: AuditTreeName) -> AuditHistory? { histories[name] }

    /// A record of the topic.
    ///
    /// - Returns: the leaf, if it is the next one of its log.
    mutating func take(_ record: InboundRecord) -> (AuditLeaf, [UInt8])? {
        let named = record.key.flatMap { String(validating: $0, as: UTF8.self) }
            .flatMap { AuditTreeName($0) }
        guard let named else {
            strays += 1
            return nil
        }
        switch try? AuditRecord.read(record) {
        case .leaf(let leaf, let bytes) where leaf.tree == named:
            return take(leaf, bytes) ? (leaf, bytes) : nil
        case .checkpoint(let checkpoint) where checkpoint.tree == named:
            take(checkpoint: Array(checkpoint.note.utf8), of: named)
        case .leaf, .checkpoint, nil: history(named) { $0.takeUnreadable() }
        }
        return nil
    }

    /// A leaf of an export.
    ///
    /// - Returns: whether it is the next one of its log.
    mutating func take(_ leaf: AuditLeaf, _ bytes: [UInt8]) -> Bool {
        history(leaf.tree) { $0.take(leaf: bytes, at: leaf.index) }
    }

    /// A signed checkpoint of a log.
    mutating func take(checkpoint note: [UInt8], of name: AuditTreeName) {
        history(name) { $0.take(checkpoint: note) }
    }

    /// A checkpoint that somebody holds: its log is there, or is missing whole.
    mutating func take(held note: [UInt8]) throws(AuditError) {
        let checkpoint = try Checkpoint(try SignedNote(note), keys: keys)
        guard let name = AuditTreeName(checkpoint.origin) else {
            throw .badNote("its origin is no name of a log")
        }
        take(checkpoint: note, of: name)
    }

    /// Something of an export that cannot be read.
    mutating func takeUnreadable(of name: AuditTreeName) {
        history(name) { $0.takeUnreadable() }
    }

    /// All was taken.
    mutating func finish() { for name in histories.keys { histories[name]?.finish() } }

    private mutating func history<Answer>(
        _ name: AuditTreeName, _ change: (inout AuditHistory) -> Answer
    ) -> Answer {
        change(&histories[name, default: AuditHistory(name, keys: keys)])
    }
}
