package import Signing
internal import VigilCore

/// Who signs notes: a name and a public Ed25519 key, as C2SP signed-note has them.
package struct NoteKey: Sendable, Hashable {
    /// What its signatures are over.
    package enum Kind: UInt8, Sendable, Hashable {
        /// Ed25519 over a note's text.
        case signature = 0x01
        /// Ed25519 over a time and a note's text (C2SP tlog-cosignature).
        case cosignature = 0x04
    }

    private let kind: Kind
    /// Without spaces and plus.
    package let name: String
    /// Checks the signatures.
    package let key: VerifyingKey
    /// The first four bytes of SHA-256 over name, kind and key.
    package let id: [UInt8]

    package init(name: String, key: VerifyingKey, kind: Kind = .signature) {
        self.kind = kind
        self.name = name
        self.key = key
        let digest = Digest(of: Array(name.utf8) + [0x0a, kind.rawValue] + key.raw)
        id = Array(digest.bytes.prefix(4))
    }

    /// The key as others' tools take it: name, id and key with `+` between.
    package var text: String {
        "\(name)+\(Hex.encode(id))+\(Base64.encode([kind.rawValue] + key.raw))"
    }

    /// Whether notes can hold a name: some text without spaces and plus.
    package static func isName(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "+") }
    }
}
