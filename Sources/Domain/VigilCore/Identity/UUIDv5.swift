internal import CCrypto

/// A name-based identifier: the same names give the same UUID (RFC 9562 section 5.5, SHA-1).
package struct UUIDv5: Sendable, Hashable, SafeToLog, CustomStringConvertible {
    /// The 16 bytes.
    package let bytes: [UInt8]

    /// The namespace of all of Vigil's identifiers.
    package static let vigil = UUIDv5(namespace: nil, fields: ["org.vigil"])

    /// An identifier from fields, each ended by a zero byte so that they cannot run together.
    package init(namespace: UUIDv5?, fields: [String]) {
        var input = namespace?.bytes ?? [UInt8](repeating: 0, count: 16)
        for field in fields {
            input.append(contentsOf: field.utf8)
            input.append(0)
        }
        var hash = [UInt8](repeating: 0, count: 20)
        _ = SHA1(input, input.count, &hash)
        var id = Array(hash.prefix(16))
        id[6] = id[6] & 0x0f | 0x50
        id[8] = id[8] & 0x3f | 0x80
        bytes = id
    }

    package var description: String {
        let hex = Array(Hex.encode(bytes))
        let cuts = [0, 8, 12, 16, 20, 32]
        return zip(cuts, cuts.dropFirst()).map { String(hex[$0..<$1]) }.joined(separator: "-")
    }

    package var safeText: String { description }
}
