package import Signing
internal import VigilCore

/// A text and who signed it (C2SP signed-note): lines for people, and below them the signatures, a
/// line each.
package struct SignedNote: Sendable, Hashable {
    /// The longest note that is read, in bytes.
    package static let bytesMax = 16_384
    private static let signaturesMax = 16
    private static let dash = "\u{2014} "

    /// What was signed; ends with a line's end.
    package let body: String
    var signatures: [Signature]

    /// Of one key.
    struct Signature: Hashable {
        let name: String
        let id: [UInt8]
        let bytes: [UInt8]
    }

    /// Signs a text of whole lines.
    package init(_ body: String, name: String, key: SigningKey) throws(SigningError) {
        let signer = NoteKey(name: name, key: key.verifying)
        self.body = body
        signatures = [
            Signature(name: name, id: signer.id, bytes: try key.sign(Array(body.utf8)))
        ]
    }

    /// Reads a note, and believes nothing of it yet.
    package init(_ bytes: [UInt8]) throws(AuditError) {
        guard bytes.count <= Self.bytesMax else { throw .badNote("it is too long") }
        guard let text = String(validating: bytes, as: UTF8.self),
            !bytes.contains(where: { $0 < 0x20 && $0 != 0x0a })
        else { throw .badNote("it is no text") }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.popLast() == "", let gap = lines.lastIndex(of: ""), gap > 0 else {
            throw .badNote("no empty line stands before its signatures")
        }
        let signed = lines[(gap + 1)...]
        guard (1...Self.signaturesMax).contains(signed.count) else {
            throw .badNote("it has no signature, or too many")
        }
        var signatures: [Signature] = []
        for line in signed { signatures.append(try Self.signature(line)) }
        body = lines[..<gap].joined(separator: "\n") + "\n"
        self.signatures = signatures
    }

    private static func signature(_ line: Substring) throws(AuditError) -> Signature {
        let parts = line.dropFirst(dash.count).split(
            separator: " ", omittingEmptySubsequences: false)
        guard line.hasPrefix(dash), parts.count == 2, !parts[0].isEmpty,
            !parts[0].contains("+"), !parts[0].contains(where: \.isWhitespace),
            let bytes = Base64.decode(String(parts[1])), bytes.count > 4,
            // One text a signature, or the note could be changed and still hold.
            Base64.encode(bytes) == parts[1]
        else { throw .badNote("a line of a signature is malformed") }
        return Signature(
            name: String(parts[0]), id: Array(bytes.prefix(4)), bytes: Array(bytes.dropFirst(4)))
    }

    /// The note's text.
    package var text: String {
        let lines = signatures.map {
            "\(Self.dash)\($0.name) \(Base64.encode($0.id + $0.bytes))\n"
        }
        return body + "\n" + lines.joined()
    }

    /// Whether one of these keys vouches for the text; signatures of others are passed over.
    ///
    /// - Throws: ``AuditError/wrongSignature`` where a known key's is of another text.
    package func isSigned(by keys: [NoteKey]) throws(AuditError) -> Bool {
        var isSigned = false
        for signature in signatures {
            for key in keys where key.name == signature.name && key.id == signature.id {
                guard key.key.verifies(signature.bytes, of: Array(body.utf8)) else {
                    throw .wrongSignature
                }
                isSigned = true
            }
        }
        return isSigned
    }
}
