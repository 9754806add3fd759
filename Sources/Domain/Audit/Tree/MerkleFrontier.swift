package import VigilCore

/// The right edge of a Merkle tree: its size and the hashes of the whole subtrees that it is made
/// of. Enough to append leaves and to know the root, and never more than 63 hashes.
package struct MerkleFrontier: Sendable, Hashable {
    /// How many leaves there are.
    package private(set) var size: Int64
    /// The whole subtrees, the largest and leftmost first: one for each bit of ``size``.
    package private(set) var peaks: [Digest]

    /// Of no leaves.
    package init() { (size, peaks) = (0, []) }

    /// One that was written down; nil unless there is a hash for each bit of the size.
    package init?(size: Int64, peaks: [Digest]) {
        guard size >= 0, size.nonzeroBitCount == peaks.count else { return nil }
        self.size = size
        self.peaks = peaks
    }

    /// Appends a leaf by its hash.
    package mutating func append(_ leaf: Digest) {
        var hash = leaf
        // A subtree as large as the new one stands left of it for each 1 at the size's end.
        for _ in 0..<(~size).trailingZeroBitCount {
            guard let left = peaks.popLast() else { break }
            hash = MerkleHash.node(left, hash)
        }
        peaks.append(hash)
        size += 1
    }

    /// The tree's hash.
    package var root: Digest {
        guard let last = peaks.last else { return MerkleHash.empty }
        return peaks.dropLast().reversed().reduce(last) { MerkleHash.node($1, $0) }
    }
}
