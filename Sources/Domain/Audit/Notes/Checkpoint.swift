package import Signing
package import VigilCore

/// What a log's tree was at some size (C2SP tlog-checkpoint): its name, the number of leaves and
/// the root. Signed, it can be given away: no tree that is consistent with it leaves out or changes
/// one of these leaves.
package struct Checkpoint: Sendable, Hashable {
    /// Names the log.
    package let origin: String
    package let size: Int64
    package let root: Digest

    package init(origin: String, size: Int64, root: Digest) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Of a tree as it is now.
    package init(origin: String, _ tree: MerkleFrontier) {
        self.init(origin: origin, size: tree.size, root: tree.root)
    }

    /// Reads the text of a note: three lines and nothing more.
    package init(body: String) throws(AuditError) {
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty, !lines[0].isEmpty,
            let size = Int64(lines[1]), size >= 0, String(size) == lines[1],
            let bytes = Base64.decode(String(lines[2])), Base64.encode(bytes) == lines[2],
            let root = Digest(bytes: bytes)
        else { throw .badNote("it is no checkpoint: origin, size and root in three lines") }
        self.init(origin: String(lines[0]), size: size, root: root)
    }

    /// Opens a signed checkpoint.
    ///
    /// - Parameter keys: those that are believed; one must have signed under the log's name.
    package init(_ note: SignedNote, keys: [VerifyingKey]) throws(AuditError) {
        let checkpoint = try Checkpoint(body: note.body)
        let names = keys.map { NoteKey(name: checkpoint.origin, key: $0) }
        guard try note.isSigned(by: names) else { throw .unknownKey }
        self = checkpoint
    }

    /// The text that is signed.
    package var body: String { "\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n" }

    /// Signs it under the log's name.
    package func signed(by key: SigningKey) throws(SigningError) -> SignedNote {
        try SignedNote(body, name: origin, key: key)
    }
}
