/// A tree of one size as files of C2SP tlog-tiles: hashes by 256 in the tiles of each eighth level,
/// and the leaves themselves in bundles of 256.
package struct MerkleTiles {
    /// One file: its path below the log's folder, and its bytes.
    package typealias File = (path: String, bytes: [UInt8])

    /// Hashes or leaves a file.
    package static let width = 256

    private let tree: MerkleTree
    private let size: Int

    /// - Parameter size: how many of the tree's leaves; at most all.
    package init(_ tree: MerkleTree, size: Int) {
        self.tree = tree
        self.size = min(size, tree.size)
    }

    /// Gives each tile of hashes, level by level.
    package func eachTile<Failure: Error>(
        _ take: (File) throws(Failure) -> Void
    ) throws(Failure) {
        var (level, count) = (0, size)
        while count > 0 {
            for first in stride(from: 0, to: count, by: Self.width) {
                let range = first..<min(count, first + Self.width)
                try take(
                    (
                        "tile/\(level)/" + Self.name(first / Self.width, width: range.count),
                        tree.row(height: level * 8, range)
                    ))
            }
            (level, count) = (level + 1, count / Self.width)
        }
    }

    /// The bundle of some leaves, of which the first has an index that 256 divides.
    ///
    /// - Parameter leaves: at most 256, none of 65,536 bytes or more.
    package static func bundle(_ leaves: [[UInt8]], from first: Int) -> File {
        let bytes = leaves.flatMap { leaf in
            [UInt8(truncatingIfNeeded: leaf.count >> 8), UInt8(truncatingIfNeeded: leaf.count)]
                + leaf
        }
        return (bundlePath(from: first, width: leaves.count), bytes)
    }

    /// Where a bundle stands.
    ///
    /// - Parameters:
    ///   - first: the index of its first leaf.
    ///   - count: how many it has, at most 256.
    package static func bundlePath(from first: Int, width count: Int) -> String {
        "tile/entries/" + name(first / width, width: count)
    }

    /// The leaves of a bundle; nil of bytes that are none.
    package static func leaves(of bundle: [UInt8]) -> [[UInt8]]? {
        var (leaves, rest) = ([[UInt8]](), bundle[...])
        while let high = rest.popFirst() {
            guard leaves.count < width, let low = rest.popFirst() else { return nil }
            let count = Int(high) << 8 | Int(low)
            guard rest.count >= count else { return nil }
            leaves.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return leaves
    }

    /// Such as `x001/x234/067`, with `.p/` and its width behind one that is not whole.
    private static func name(_ index: Int, width: Int) -> String {
        var (parts, rest) = ([String](), index)
        repeat {
            let digits = String(rest % 1000)
            parts.append(String(repeating: "0", count: 3 - digits.count) + digits)
            rest /= 1000
        } while rest > 0
        let path = parts.reversed().enumerated().map { place, digits in
            place == parts.count - 1 ? digits : "x" + digits
        }
        return path.joined(separator: "/") + (width < Self.width ? ".p/\(width)" : "")
    }
}
