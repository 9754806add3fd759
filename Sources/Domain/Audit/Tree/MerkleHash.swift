package import VigilCore

/// The hashes of a Merkle tree as RFC 9162 section 2.1.1 has them, over SHA-256. A byte in front
/// keeps leaves and nodes apart, so that no leaf can pass for a node.
package enum MerkleHash {
    /// Of no leaves at all.
    package static let empty = Digest(of: [])

    /// Of a leaf: SHA-256 over 0x00 and its bytes.
    package static func leaf(_ bytes: [UInt8]) -> Digest { Digest(of: [0x00] + bytes) }

    /// Of two subtrees: SHA-256 over 0x01 and both hashes.
    package static func node(_ left: Digest, _ right: Digest) -> Digest {
        Digest(of: [0x01] + left.bytes + right.bytes)
    }
}
