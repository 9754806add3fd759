package import VigilCore

/// How proofs of a Merkle tree are checked. Total: any numbers and hashes give an answer.
package enum MerkleProof {
    /// Whether a leaf stands at an index of the tree with this root (RFC 9162 section 2.1.3.2).
    package static func verifies(
        inclusion path: [Digest], of leaf: Digest, at index: Int64, size: Int64, root: Digest
    ) -> Bool {
        guard index >= 0, index < size else { return false }
        var (node, last, hash) = (index, size - 1, leaf)
        for sibling in path {
            guard last > 0 else { return false }
            if !node.isMultiple(of: 2) || node == last {
                hash = MerkleHash.node(sibling, hash)
                while node.isMultiple(of: 2), node > 0 { (node, last) = (node >> 1, last >> 1) }
            } else {
                hash = MerkleHash.node(hash, sibling)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        return last == 0 && hash == root
    }

    /// Whether the tree of one root begins with all leaves of the tree of another one (RFC 9162
    /// section 2.1.4.2).
    package static func verifies(
        consistency proof: [Digest], from first: (size: Int64, root: Digest),
        to second: (size: Int64, root: Digest)
    ) -> Bool {
        guard first.size > 0, first.size <= second.size else { return false }
        guard first.size < second.size else { return proof.isEmpty && first.root == second.root }
        // A whole tree's own root is the first hash, and is not repeated.
        let path = first.size.nonzeroBitCount == 1 ? [first.root] + proof : proof
        guard let start = path.first else { return false }
        let shift = first.size.trailingZeroBitCount
        var (node, last) = ((first.size - 1) >> shift, (second.size - 1) >> shift)
        var (old, new) = (start, start)
        for sibling in path.dropFirst() {
            guard last > 0 else { return false }
            if !node.isMultiple(of: 2) || node == last {
                (old, new) = (MerkleHash.node(sibling, old), MerkleHash.node(sibling, new))
                while node.isMultiple(of: 2), node > 0 { (node, last) = (node >> 1, last >> 1) }
            } else {
                new = MerkleHash.node(new, sibling)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        return last == 0 && old == first.root && new == second.root
    }
}
