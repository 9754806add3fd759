package import Signing
package import VigilCore

/// One log, checked leaf by leaf against its signed checkpoints, those in the topic and those that
/// somebody holds outside. Pure; any bytes give an answer.
package struct AuditHistory: Sendable {
    /// Faults that are told of at most; after the first few the log is known to be broken.
    private static let faultsMax = 100

    private let name: AuditTreeName
    private let keys: [VerifyingKey]
    /// All its leaves so far.
    package private(set) var tree = MerkleTree()
    /// What is wrong with it, in the order found.
    package private(set) var faults: [AuditFault] = []
    /// The signed checkpoint of the most leaves, and its note.
    package private(set) var newest: (checkpoint: Checkpoint, note: SignedNote)?
    /// Signed checkpoints that were found good, as they came.
    package private(set) var signed: [(checkpoint: Checkpoint, note: SignedNote)] = []
    private var later: [(checkpoint: Checkpoint, note: SignedNote)] = []

    /// - Parameter keys: those that are believed.
    package init(_ name: AuditTreeName, keys: [VerifyingKey]) {
        self.name = name
        self.keys = keys
    }

    /// How many of its leaves no checkpoint tells of yet.
    package var unsigned: Int { tree.size - Int(newest?.checkpoint.size ?? 0) }

    /// The next leaf of the topic.
    ///
    /// - Parameter bytes: as they stand there.
    /// - Returns: whether it is the next one of the log.
    package mutating func take(leaf bytes: [UInt8], at index: Int64) -> Bool {
        let (hash, size) = (MerkleHash.leaf(bytes), Int64(tree.size))
        if index == size {
            tree.append(hash)
            return true
        }
        if index > size {
            note(.hole(index: size))
        } else {
            let isSame = tree.leaf(Int(index)) == hash
            note(isSame ? .repeated(index: index) : .fork(index: index))
        }
        return false
    }

    /// A record that is neither leaf nor checkpoint.
    package mutating func takeUnreadable() { note(.unreadable) }

    /// A checkpoint of the topic, or one that is held outside. It may stand before its leaves.
    package mutating func take(checkpoint bytes: [UInt8]) {
        do throws(AuditError) {
            let note = try SignedNote(bytes)
            let checkpoint = try Checkpoint(note, keys: keys)
            guard checkpoint.origin == name.text else { throw .unknownKey }
            guard checkpoint.size <= Int64(tree.size) else {
                return later.append((checkpoint, note))
            }
            judge(checkpoint, note)
        } catch {
            self.note(.badCheckpoint(error))
        }
    }

    /// All was taken: judges the checkpoints that told of leaves to come.
    package mutating func finish() {
        for (checkpoint, note) in later {
            if checkpoint.size > Int64(tree.size) {
                self.note(.truncated(size: checkpoint.size, found: Int64(tree.size)))
            } else {
                judge(checkpoint, note)
            }
        }
        later = []
    }

    private mutating func judge(_ checkpoint: Checkpoint, _ note: SignedNote) {
        guard holds(checkpoint) else { return self.note(.otherRoot(size: checkpoint.size)) }
        signed.append((checkpoint, note))
        if checkpoint.size >= newest?.checkpoint.size ?? 0 { newest = (checkpoint, note) }
    }

    /// Whether the log begins with the leaves that a checkpoint tells of: shown as an outsider
    /// would be shown it, who has but the two roots.
    private func holds(_ checkpoint: Checkpoint) -> Bool {
        guard checkpoint.size > 0 else { return checkpoint.root == MerkleHash.empty }
        guard let proof = tree.consistency(from: Int(checkpoint.size), to: tree.size),
            let root = tree.root(of: tree.size)
        else { return false }
        return MerkleProof.verifies(
            consistency: proof, from: (checkpoint.size, checkpoint.root),
            to: (Int64(tree.size), root))
    }

    private mutating func note(_ fault: AuditFault) {
        if faults.count < Self.faultsMax { faults.append(fault) }
    }
}
