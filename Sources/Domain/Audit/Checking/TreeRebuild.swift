package import Signing
package import VigilCore

/// A worker's own tree, put together again from the committed records of the audit topic: from the
/// log's first leaf, or from a checkpoint that its key has signed, whatever comes first. Pure.
package struct TreeRebuild {
    private let name: AuditTreeName
    private let key: VerifyingKey
    /// A checkpoint that somebody outside of the topic holds.
    private let held: Checkpoint?
    private let isFromStart: Bool
    private var tree: MerkleFrontier?
    private var lacksBeginning = false
    private var fault: AuditError?

    /// How many leaves the newest checkpoint has that was found.
    package private(set) var signedSize: Int64 = 0

    /// - Parameters:
    ///   - held: a checkpoint of the tree that is kept elsewhere; nil without.
    ///   - isFromStart: whether the topic is read from its first record.
    package init(_ name: AuditTreeName, key: VerifyingKey, held: Checkpoint?, isFromStart: Bool) {
        self.name = name
        self.key = key
        self.held = held
        self.isFromStart = isFromStart
        if isFromStart { tree = MerkleFrontier() }
    }

    /// Whether reading began where the tree can be told from.
    package var isRooted: Bool { tree != nil || isFromStart }

    /// A leaf of the tree.
    ///
    /// - Parameter bytes: as they stand in the topic.
    package mutating func take(leaf bytes: [UInt8], at index: Int64) {
        guard var known = tree else { return }
        switch index {
        case known.size:
            known.append(MerkleHash.leaf(bytes))
            tree = known
            check(known)
        case ..<known.size: note(.forked(tree: told, index: index))
        case _ where known.size == 0: (tree, lacksBeginning) = (nil, true)
        default: note(.hole(tree: told, index: known.size))
        }
    }

    /// A record of a checkpoint. One that this key has not signed, or whose hashes are not of it,
    /// says nothing.
    package mutating func take(checkpoint note: String, size: Int64, peaks: [Digest]) {
        guard let signed = try? SignedNote(Array(note.utf8)),
            let checkpoint = try? Checkpoint(signed, keys: [key]), checkpoint.origin == name.text,
            checkpoint.size == size, let edge = MerkleFrontier(size: size, peaks: peaks),
            edge.root == checkpoint.root
        else { return }
        signedSize = max(signedSize, size)
        guard let tree else {
            self.tree = edge
            return check(edge)
        }
        if size > tree.size { self.note(.hole(tree: told, index: tree.size)) }
        if size == tree.size, edge != tree { self.note(.forked(tree: told, index: size)) }
    }

    /// The tree as it is, once all was read.
    package func finish() throws(AuditError) -> MerkleFrontier {
        if let fault { throw fault }
        guard let tree else {
            guard lacksBeginning else { return MerkleFrontier() }
            throw .beginningGone(tree: told)
        }
        if let held, held.size > tree.size {
            throw .truncated(tree: told, size: tree.size, held: held.size)
        }
        return tree
    }

    private var told: SafeText { "\(name)" }

    private mutating func check(_ tree: MerkleFrontier) {
        guard let held, held.size == tree.size, held.root != tree.root else { return }
        note(.forked(tree: told, index: tree.size))
    }

    private mutating func note(_ fault: AuditError) { self.fault = self.fault ?? fault }
}
