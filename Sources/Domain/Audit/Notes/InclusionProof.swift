package import VigilCore

/// That a leaf stands in a log, for somebody who has but the log's public key (C2SP tlog-proof):
/// the leaf itself goes with it as its extra data.
package struct InclusionProof: Sendable, Hashable {
    private static let firstLine = "c2sp.org/tlog-proof@v1"

    /// The leaf's bytes.
    package let leaf: [UInt8]
    package let index: Int64
    /// As of ``MerkleTree/inclusion(of:in:)``.
    package let path: [Digest]
    /// The signed checkpoint of the tree that it is proved of.
    package let note: SignedNote

    package init(leaf: [UInt8], index: Int64, path: [Digest], note: SignedNote) {
        self.leaf = leaf
        self.index = index
        self.path = path
        self.note = note
    }

    /// The proof's text.
    package var text: String {
        let lines =
            [Self.firstLine, "extra \(Base64.encode(leaf))", "index \(index)"]
            + path.map { Base64.encode($0.bytes) }
        return lines.joined(separator: "\n") + "\n\n" + note.text
    }
}
