package import Signing
internal import VigilCore

/// Who signs notes: a name and a public Ed25519 key, as C2SP signed-note has them.
package struct NoteKey: Sendable, Hashable {
    /// The kind of signature, of Ed25519 over a note's text.
    private static let ed25519: UInt8 = 0x01

    /// Without spaces and plus.
    package let name: String
    /// Checks the signatures.
    package let key: VerifyingKey
    /// The first four bytes of SHA-256 over name, kind and key.
    package let id: [UInt8]

    package init(name: String, key: VerifyingKey) {
        self.name = name
        self.key = key
        let digest = Digest(of: Array(name.utf8) + [0x0a, Self.ed25519] + key.raw)
        id = Array(digest.bytes.prefix(4))
    }

    /// The key as others' tools take it: name, id and key with `+` between.
    package var text: String {
        "\(name)+\(Hex.encode(id))+\(Base64.encode([Self.ed25519] + key.raw))"
    }
}
