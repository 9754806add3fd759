package import VigilCore

/// A Merkle tree with all its hashes, 64 bytes a leaf: it tells the root of each of its earlier
/// sizes, and makes proofs (RFC 9162 sections 2.1.3 and 2.1.4) and tiles.
package struct MerkleTree: Sendable {
    /// The hashes of all whole subtrees of 2^height leaves, one behind the other.
    private var levels: [[UInt8]] = []

    package init() {}

    /// How many leaves there are.
    package var size: Int { (levels.first?.count ?? 0) / 32 }

    /// Appends a leaf by its hash.
    package mutating func append(_ leaf: Digest) {
        var (height, hash) = (0, leaf)
        while true {
            if levels.count == height { levels.append([]) }
            levels[height] += hash.bytes
            let count = levels[height].count / 32
            guard count.isMultiple(of: 2) else { return }
            hash = MerkleHash.node(whole(height, count - 2), whole(height, count - 1))
            height += 1
        }
    }

    /// The hash of a leaf; the index must be below ``size``.
    package func leaf(_ index: Int) -> Digest { whole(0, index) }

    /// The root of the tree's first leaves; nil of more than there are.
    package func root(of size: Int) -> Digest? {
        guard (0...self.size).contains(size) else { return nil }
        return size == 0 ? MerkleHash.empty : hash(0..<size)
    }

    /// The hashes beside a leaf's way to the root of the tree's first leaves, the leaf's neighbour
    /// first (RFC 9162 section 2.1.3.1); nil where there is no such leaf or tree.
    package func inclusion(of index: Int, in size: Int) -> [Digest]? {
        guard (0...self.size).contains(size), (0..<size).contains(index) else { return nil }
        return path(to: index, in: 0..<size)
    }

    /// What shows that the first leaves of a tree of one size are those of an earlier one
    /// (RFC 9162 section 2.1.4.1); nil where there are no such trees.
    package func consistency(from first: Int, to second: Int) -> [Digest]? {
        guard first > 0, first <= second, second <= size else { return nil }
        return subproof(first, 0..<second, isWhole: true)
    }

    /// Whole subtrees of 2^height leaves, for tiles.
    ///
    /// - Returns: their hashes, 32 bytes each; fewer where there are not so many.
    func row(height: Int, _ range: Range<Int>) -> [UInt8] {
        guard levels.indices.contains(height) else { return [] }
        let count = levels[height].count / 32
        let known = range.clamped(to: 0..<count)
        return Array(levels[height][known.lowerBound * 32..<known.upperBound * 32])
    }

    private func whole(_ height: Int, _ index: Int) -> Digest {
        let bytes = levels[height][index * 32..<(index + 1) * 32]
        return Digest(bytes: Array(bytes)) ?? MerkleHash.empty
    }

    /// The hash over some leaves, of which there is at least one.
    private func hash(_ leaves: Range<Int>) -> Digest {
        let height = leaves.count.trailingZeroBitCount
        if leaves.count == 1 << height, leaves.lowerBound.isMultiple(of: leaves.count) {
            return whole(height, leaves.lowerBound >> height)
        }
        let (left, right) = leaves.halves
        return MerkleHash.node(hash(left), hash(right))
    }

    private func path(to index: Int, in leaves: Range<Int>) -> [Digest] {
        guard leaves.count > 1 else { return [] }
        let (left, right) = leaves.halves
        return left.contains(index)
            ? path(to: index, in: left) + [hash(right)]
            : path(to: index, in: right) + [hash(left)]
    }

    /// - Parameter isWhole: whether the earlier tree is one that the verifier has the root of.
    private func subproof(_ first: Int, _ leaves: Range<Int>, isWhole: Bool) -> [Digest] {
        guard first < leaves.upperBound else { return isWhole ? [] : [hash(leaves)] }
        let (left, right) = leaves.halves
        return first <= left.upperBound
            ? subproof(first, left, isWhole: isWhole) + [hash(right)]
            : subproof(first, right, isWhole: false) + [hash(left)]
    }
}

extension Range<Int> {
    /// Cut where RFC 9162 cuts a tree of at least two leaves: at the largest power of two that is
    /// smaller than their number.
    fileprivate var halves: (left: Range<Int>, right: Range<Int>) {
        let half = 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
        return (lowerBound..<lowerBound + half, lowerBound + half..<upperBound)
    }
}
