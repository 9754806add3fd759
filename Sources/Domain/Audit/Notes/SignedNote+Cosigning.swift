package import Signing
package import VigilCore

/// Cosignatures of witnesses (C2SP tlog-cosignature, version 1): that a checkpoint was consistent,
/// at a time, with all that the witness had signed of its log before.
extension SignedNote {
    /// With a witness's cosignature below the other signatures.
    ///
    /// - Parameter name: the witness's, as of ``NoteKey/name``.
    package func cosigned(
        by name: String, _ key: SigningKey, at time: Timestamp
    ) throws(SigningError) -> SignedNote {
        let witness = NoteKey(name: name, key: key.verifying, kind: .cosignature)
        let seconds = max(0, time.milliseconds / 1000)
        let signature = try key.sign(Self.message(body, seconds))
        var note = self
        note.signatures.append(
            Signature(name: name, id: witness.id, bytes: Self.bytes(of: seconds) + signature))
        return note
    }

    /// When a witness cosigned it, in seconds since 1970; nil: it did not.
    ///
    /// - Throws: ``AuditError/wrongSignature`` where its cosignature is of another text.
    package func time(cosignedBy witness: NoteKey) throws(AuditError) -> Int64? {
        var newest: Int64?
        for signature in signatures
        where signature.name == witness.name && signature.id == witness.id {
            guard signature.bytes.count == 8 + 64 else { throw .wrongSignature }
            let seconds = signature.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard let time = Int64(exactly: seconds),
                witness.key.verifies(
                    Array(signature.bytes.dropFirst(8)), of: Self.message(body, time))
            else { throw .wrongSignature }
            newest = max(newest ?? time, time)
        }
        return newest
    }

    /// What is signed.
    private static func message(_ body: String, _ seconds: Int64) -> [UInt8] {
        Array("cosignature/v1\ntime \(seconds)\n\(body)".utf8)
    }

    private static func bytes(of seconds: Int64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: seconds >> $0) }
    }
}
