package import Signing
package import VigilCore

/// An envelope of changes that a known key vouches for.
package struct SignedChangeEnvelope: Sendable, Hashable {
    package let envelope: ChangeEnvelope
    /// SHA-256 of what was signed: the envelope's name in findings.
    package let digest: Digest
    /// Who signed it (``VerifyingKey/id``).
    package let signer: Digest

    /// Opens a signed file: nothing of it is believed before the signature is.
    ///
    /// - Parameters:
    ///   - text: all of the file.
    ///   - keys: those that are trusted.
    ///   - path: the file's, for errors.
    package init(
        _ text: [UInt8], keys: [VerifyingKey], file path: SafeText
    ) throws(TriageError) {
        let opened = try EnvelopeRefusal.open(
            text, type: ChangeEnvelope.payloadType, keys: keys, file: path)
        envelope = try ChangeEnvelope(payload: opened.payload, file: path)
        digest = Digest(of: opened.payload)
        signer = opened.signer.id
    }

    /// The text of a signed file.
    package static func text(
        of envelope: ChangeEnvelope, key: SigningKey
    ) throws(SigningError) -> String {
        let payload = JSONWriter.bytes(envelope.json)
        return try SignedEnvelope(payload, type: ChangeEnvelope.payloadType, key: key).text
    }

    /// As findings tell of it.
    package var input: Finding.Input {
        Finding.Input(
            digest: digest, validFrom: envelope.validity.made,
            validUntil: envelope.validity.expires)
    }
}
